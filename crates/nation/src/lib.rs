//! Counties by the thousand: Parquet in, the same evaluator as for one county, Parquet out.
