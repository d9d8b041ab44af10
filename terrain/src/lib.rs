//! The ground: relief, tiles, heights and the import of elevation models.
