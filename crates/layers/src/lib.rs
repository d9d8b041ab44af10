//! The one-map at scale: static layers, spatial index, filters.
