CREATE TABLE IF NOT EXISTS tile (
    id INTEGER PRIMARY KEY,
    source BLOB NOT NULL,
    zoom INTEGER NOT NULL,
    col INTEGER NOT NULL,
    row INTEGER NOT NULL,
    etag TEXT,
    last_modified TEXT,
    fetched_ms INTEGER NOT NULL,
    fresh_ms INTEGER NOT NULL,
    used_ms INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (source, zoom, col, row)
);
CREATE INDEX IF NOT EXISTS tile_used ON tile (used_ms);
CREATE TABLE IF NOT EXISTS sum (id INTEGER PRIMARY KEY CHECK (id = 1), bytes INTEGER NOT NULL);
INSERT OR IGNORE INTO sum VALUES (1, 0);
CREATE TRIGGER IF NOT EXISTS tile_more AFTER INSERT ON tile BEGIN
    UPDATE sum SET bytes = bytes + length(new.bytes);
END;
CREATE TRIGGER IF NOT EXISTS tile_less AFTER DELETE ON tile BEGIN
    UPDATE sum SET bytes = bytes - length(old.bytes);
END;
