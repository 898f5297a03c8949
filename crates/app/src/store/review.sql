-- Explanations of findings, evidence, files that wait for their import, interests of people in schools,
-- and where the audit ends. Rows of explanation, evidence and evidence_removal are never changed: the
-- newest explanation of a finding stands.
CREATE TABLE explanation (
    org_id TEXT NOT NULL REFERENCES org (id),
    finding TEXT NOT NULL,
    reason TEXT NOT NULL,
    name TEXT NOT NULL,
    at BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (org_id, finding, seq)
);
CREATE TABLE evidence (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES org (id),
    item TEXT NOT NULL,
    title TEXT NOT NULL,
    file TEXT NOT NULL,
    kind TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES original (sha256),
    expires_on TEXT NOT NULL,
    name TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX evidence_of ON evidence (org_id, item);
CREATE TABLE evidence_removal (
    evidence_id TEXT PRIMARY KEY REFERENCES evidence (id),
    name TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE TABLE upload (
    job_id TEXT NOT NULL REFERENCES job (id),
    name TEXT NOT NULL,
    content BYTES NOT NULL,
    PRIMARY KEY (job_id, name)
);
CREATE TABLE interest (
    account_id TEXT NOT NULL REFERENCES account (id),
    org_id TEXT NOT NULL REFERENCES org (id),
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, org_id)
);
ALTER TABLE account ADD COLUMN identity TEXT;
CREATE UNIQUE INDEX account_identity ON account (identity);
CREATE TABLE audit_end (
    one BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_end (one, seq, hash) SELECT 1, seq, hash FROM audit ORDER BY seq DESC LIMIT 1;
