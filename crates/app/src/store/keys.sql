-- Keys of the store, each sealed under the site's key, which is not here.
CREATE TABLE store_key (
    name TEXT PRIMARY KEY,
    sealed TEXT NOT NULL
);
