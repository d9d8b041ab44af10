//! The city backend that ships: HTTP interface, database, training city.
