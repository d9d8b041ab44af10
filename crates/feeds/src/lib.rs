//! From bytes to events and back, one file a protocol.
