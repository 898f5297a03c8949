//! Every reader on its seeds, on inputs that once failed, and on mutations of both.

use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io};

use junheng_fuzz::TARGETS;

/// Mutations per reader; the clock only guards slow machines.
const ROUNDS: usize = 20_000;
const AT_MOST: Duration = Duration::from_secs(3);
/// Longer inputs are for libFuzzer.
const LENGTH: usize = 1 << 16;

/// Splitmix64: the same inputs in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// Bytes that mean something to a reader of tables, archives, TOML or XML.
const TELLING: &[&[u8]] = &[
    b"\0",
    b"\xFF",
    b"\xEF\xBB\xBF",
    b"\r\n",
    b"\"",
    b",",
    b";",
    b"[",
    b"{",
    b"<",
    b"&",
    b"]]>",
    b"=",
    b"-",
    b"%",
    b"1e308",
    b"-1",
    b"65536",
    b"4294967295",
    b"99999999999999999999",
    b"NaN",
    "，".as_bytes(),
    "０".as_bytes(),
    "万元".as_bytes(),
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xD0\xCF\x11\xE0",
];

fn mutate(random: &mut Random, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut data = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(4) {
        let at = random.below(data.len() + 1);
        let end = (at + random.below(16)).min(data.len());
        match random.below(6) {
            0 if at < data.len() => data[at] ^= 1 << random.below(8),
            1 => drop(data.splice(at..at, TELLING[random.below(TELLING.len())].iter().copied())),
            2 => drop(data.drain(at..end)),
            3 => data.truncate(at),
            4 => {
                let part = data[at..end].repeat(1 + random.below(8));
                drop(data.splice(at..at, part));
            }
            _ => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                drop(data.splice(at.., other[from..].iter().copied()));
            }
        }
    }
    data.truncate(LENGTH);
    data
}

fn seeds(name: &str) -> io::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("seeds")
        .join(name);
    let read = |entry: io::Result<fs::DirEntry>| {
        let path = entry?.path();
        Ok((path.clone(), fs::read(path)?))
    };
    fs::read_dir(folder)?.map(read).collect()
}

#[test]
fn every_seed_is_read() {
    for (name, target) in TARGETS {
        let seeds = seeds(name).expect(name);
        assert!(!seeds.is_empty(), "{name} has no seed");
        for (path, data) in seeds {
            assert!(catch_unwind(|| target(&data)).is_ok(), "{}", path.display());
        }
    }
}

#[test]
fn every_folder_of_seeds_has_a_reader() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name();
        assert!(
            junheng_fuzz::target(&name.to_string_lossy()).is_some(),
            "{}",
            name.display()
        );
    }
}

#[test]
fn mutations_are_survived() {
    for (name, target) in TARGETS {
        let seeds: Vec<Vec<u8>> = seeds(name).expect(name).into_values().collect();
        let mut random = Random(1);
        let start = Instant::now();
        let mut rounds = 0;
        while rounds < ROUNDS && start.elapsed() < AT_MOST {
            rounds += 1;
            let data = mutate(&mut random, &seeds);
            if catch_unwind(|| target(&data)).is_err() {
                let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-fails"));
                fs::write(&path, &data).unwrap();
                panic!(
                    "{name} panicked; move {} to fuzz/seeds/{name} once mended",
                    path.display()
                );
            }
        }
        println!(
            "{name}: {rounds} mutations in {:.1} s",
            start.elapsed().as_secs_f64()
        );
    }
}
