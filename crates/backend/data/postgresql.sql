CREATE SCHEMA IF NOT EXISTS shancheng;
SET LOCAL search_path = shancheng, public;

CREATE TABLE meta (key TEXT PRIMARY KEY, value BIGINT NOT NULL);

-- The journal: nothing in it is changed or removed.
CREATE TABLE journal (
    number BIGINT PRIMARY KEY, at_ms BIGINT NOT NULL, written_ms BIGINT NOT NULL, kind TEXT NOT NULL, what TEXT NOT NULL,
    who TEXT NOT NULL, origin TEXT NOT NULL, sequence BIGINT UNIQUE, idempotency_key TEXT UNIQUE, status INTEGER,
    body TEXT NOT NULL, answer TEXT, hash TEXT NOT NULL);
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE TRIGGER journal_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE INDEX journal_of_incident ON journal ((body::json ->> 'incidentId'), sequence) WHERE kind = 'event';

-- Whoever writes holds this row: it says how far the journal goes, what time it is in the city, and who leads it.
CREATE TABLE head (
    id INTEGER PRIMARY KEY CHECK (id = 1), number BIGINT NOT NULL, hash TEXT NOT NULL, sequence BIGINT NOT NULL,
    city_ms BIGINT NOT NULL, told TIMESTAMPTZ NOT NULL, speed DOUBLE PRECISION NOT NULL, leader BIGINT);

CREATE TABLE checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), sequence BIGINT NOT NULL, body TEXT NOT NULL);

CREATE TABLE devices (
    id TEXT PRIMARY KEY, risk_class TEXT NOT NULL, lon DOUBLE PRECISION NOT NULL, lat DOUBLE PRECISION NOT NULL,
    district_code BIGINT NOT NULL, township_code BIGINT NOT NULL);

-- For whoever reads by SQL.
CREATE VIEW events AS
    SELECT sequence, to_timestamp(at_ms / 1000.0) AS at, at_ms, what AS type, who, body FROM journal WHERE kind = 'event';
CREATE VIEW commands AS
    SELECT idempotency_key, to_timestamp(at_ms / 1000.0) AS at, at_ms, who AS actor, origin, what AS type, body, status,
           answer
    FROM journal WHERE kind = 'command';
