-- What became of a data set: another title, or taken out of use. Rows are never changed; the newest
-- stands.
CREATE TABLE snapshot_change (
    snapshot_id TEXT NOT NULL REFERENCES snapshot (id),
    seq BIGINT NOT NULL,
    title TEXT NOT NULL,
    removed BIGINT NOT NULL,
    name TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (snapshot_id, seq)
);
