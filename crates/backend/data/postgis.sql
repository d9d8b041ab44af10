ALTER TABLE devices ADD COLUMN place geometry(Point, 4326)
    GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED;
CREATE INDEX devices_by_place ON devices USING gist (place);
CREATE VIEW incident_places AS
    SELECT incidents.*, ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geometry(Point, 4326) AS place FROM incidents;
