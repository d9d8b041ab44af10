//! The network side of a console: sources, resume, the outbox on disk.
