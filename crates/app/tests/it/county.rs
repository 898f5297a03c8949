//! The synthetic county: reproducible, labelled, and every planted flaw is found.

use std::fs;

use crate::program::{good, json, scratch};

#[test]
fn every_planted_flaw_is_found_where_it_is() {
    let folder = scratch("flaws");
    for seed in ["1", "2", "7"] {
        let make = [
            "generate",
            "county",
            "--schools",
            "60",
            "--seed",
            seed,
            "--flaws",
            "--out",
            seed,
        ];
        let (_, made) = json(&folder, &make);
        let (status, found) = json(&folder, &["check", seed]);
        assert_eq!(status, 0);
        let findings = found["findings"].as_array().unwrap();
        let flaws = made["flaws"].as_array().unwrap();
        assert_eq!(flaws.len(), 24);
        for flaw in flaws {
            let file = format!("{}.csv", flaw["table"].as_str().unwrap());
            let at = |f: &&serde_json::Value| {
                f["code"] == flaw["code"]
                    && f["file"] == file.as_str()
                    && (flaw["row"].is_null() || f["row"] == flaw["row"])
            };
            assert!(findings.iter().any(|f| at(&f)), "seed {seed}: {flaw}");
        }
    }
}

#[test]
fn the_seed_decides_every_byte_and_the_label_is_everywhere() {
    let folder = scratch("seeds");
    for (seed, out) in [("1", "a"), ("1", "b"), ("2", "c")] {
        good(
            &folder,
            &[
                "generate",
                "county",
                "--schools",
                "15",
                "--seed",
                seed,
                "--out",
                out,
            ],
        );
    }
    for entry in fs::read_dir(folder.join("a")).unwrap() {
        let name = entry.unwrap().file_name();
        let [a, b] = ["a", "b"].map(|out| fs::read(folder.join(out).join(&name)).unwrap());
        assert_eq!(a, b, "{name:?}");
        let text = String::from_utf8(a).unwrap();
        assert!(text.contains("synthetic"), "{name:?} is not labelled");
    }
    let [a, c] = ["a", "c"].map(|out| fs::read(folder.join(out).join("sections.csv")).unwrap());
    assert_ne!(a, c);
    assert!(good(&folder, &["evaluate", "a"]).contains("合成数据"));
}
