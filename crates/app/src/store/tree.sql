-- Several counties in one store: settings of each, and evaluations as they were made. Rows of evaluation
-- are never changed.
CREATE TABLE org_setting (
    org_id TEXT NOT NULL REFERENCES org (id),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (org_id, name)
);
INSERT INTO org_setting (org_id, name, value) SELECT o.id, s.name, s.value FROM setting s, org o WHERE o.kind = 'county';
DROP TABLE setting;
CREATE TABLE evaluation (
    id TEXT PRIMARY KEY,
    snapshot_id TEXT NOT NULL REFERENCES snapshot (id),
    options TEXT NOT NULL,
    lang TEXT NOT NULL,
    program TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES original (sha256),
    made_at BIGINT NOT NULL
);
CREATE INDEX evaluation_of ON evaluation (snapshot_id, made_at);
