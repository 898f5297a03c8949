-- Work that takes longer than a request. A running job belongs to its worker until the lease ends;
-- after that another one takes it. Its outputs are originals: their rows are never changed.
CREATE TABLE job (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES org (id),
    command TEXT NOT NULL,
    input TEXT NOT NULL,
    lang TEXT NOT NULL,
    state TEXT NOT NULL,
    progress BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    cancel_asked BIGINT NOT NULL,
    created_by TEXT NOT NULL REFERENCES account (id),
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    problem TEXT NOT NULL
);
CREATE INDEX job_open ON job (state, created_at);
CREATE TABLE job_file (
    job_id TEXT NOT NULL REFERENCES job (id),
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES original (sha256),
    PRIMARY KEY (job_id, name)
);
