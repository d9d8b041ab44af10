-- The incidents as they are now, for whoever reads by SQL.
CREATE OR REPLACE VIEW shancheng.incidents AS
    SELECT id, to_timestamp(at_ms / 1000.0) AS reported, risk_class,
           coalesce((SELECT (later.body::json ->> 'level')::integer FROM shancheng.journal later
                     WHERE later.kind = 'event' AND later.what = 'incidentLevelRaised'
                       AND later.body::json ->> 'incidentId' = id
                     ORDER BY later.sequence DESC LIMIT 1), level) AS level,
           lon, lat, district_code, township_code, text,
           coalesce((SELECT later.body::json ->> 'stage' FROM shancheng.journal later
                     WHERE later.kind = 'event' AND later.what = 'stageChanged' AND later.body::json ->> 'incidentId' = id
                     ORDER BY later.sequence DESC LIMIT 1), 'perceive') AS stage
    FROM (SELECT at_ms, told ->> 'incidentId' AS id, told ->> 'riskClass' AS risk_class,
                 (told ->> 'level')::integer AS level, (told ->> 'lon')::double precision AS lon,
                 (told ->> 'lat')::double precision AS lat, told ->> 'districtCode' AS district_code,
                 told ->> 'townshipCode' AS township_code, told ->> 'text' AS text
          FROM (SELECT at_ms, body::json AS told FROM shancheng.journal WHERE kind = 'event' AND what = 'incidentReported') one) all_of;
