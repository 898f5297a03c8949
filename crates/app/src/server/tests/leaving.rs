//! Data on their way out, and files that are not figures: exports, evidence, the scanner, what a workbook
//! must not reach.

use std::path::Path;

use junheng_intake::files::InputFile;
use junheng_intake::grid::read_grids;
use serde_json::json;

use super::review::{done, files, send, words};
use super::world::{Folder, Who, World, accept, ask, county, request};

super::scenarios!(
    statement_9_what_is_personal_stays_with_the_staff,
    statement_29_exports_run_nothing,
    statement_30_evidence_is_a_download_of_a_known_kind,
    statement_30_a_scanner_is_asked_first,
    statement_33_no_entity_is_read,
);

async fn statement_9_what_is_personal_stays_with_the_staff(world: World) {
    let owner = world.person("owner", &["county"]).await;
    let text = String::from_utf8(
        county()
            .iter()
            .find(|f| f.0 == "teachers.csv")
            .unwrap()
            .1
            .clone(),
    )
    .unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at = |name: &str| header.iter().position(|h| *h == name).unwrap();
    let mut first: Vec<&str> = lines.next().unwrap().split(',').collect();
    // Values that occur nowhere else.
    let personal = [
        ("home_lon", "119.87654321"),
        ("home_lat", "29.12345678"),
        ("exempt_reason", "ZHONG-BING-ZHI-LIAO"),
        ("birth_year", "1971"),
    ];
    for (name, value) in personal {
        first[at(name)] = value;
    }
    let rest: String = lines.map(|l| format!("{l}\n")).collect();
    let teachers = format!("{}\n{}\n{rest}", header.join(","), first.join(","));
    let mut sent = files(county());
    for file in &mut sent {
        if file.0 == "teachers.csv" {
            file.1 = teachers.as_bytes();
        }
    }
    let id = world.upload(&owner, &sent).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    accept(&world, &owner, &id).await;
    for (login, told) in [
        ("county", true),
        ("personnel", true),
        ("inspector", false),
        ("city", false),
        ("province", false),
    ] {
        let who = world.person(login, &[login]).await;
        let export = world
            .get(
                Some(&who),
                &format!("/api/v1/snapshots/{id}/exports/teachers.csv"),
            )
            .await;
        assert_eq!(export.status, 200, "{login}");
        assert!(export.text().contains("teacher_id"), "{login}");
        for (name, value) in &personal[..3] {
            assert_eq!(export.text().contains(value), told, "{login} {value}");
            assert_eq!(export.text().contains(name), told, "{login} {name}");
        }
        let original = format!("/api/v1/snapshots/{id}/files/teachers.csv");
        let may = world.get(Some(&who), &original).await.status;
        assert_eq!(may, if told { 200 } else { 403 }, "{login}");
        if told {
            continue;
        }
        for path in [
            "exports/tables.xlsx",
            "exports/evaluation.parquet",
            "check",
            "findings",
            "evaluate",
            "explain?item=county",
            "explain?item=L1",
            "explain?item=G11",
            "search?q=119",
            "forecast",
            "map",
        ] {
            let reply = world
                .get(Some(&who), &format!("/api/v1/snapshots/{id}/{path}"))
                .await;
            assert_eq!(reply.status, 200, "{login} {path}: {}", reply.text());
            let said = if path.ends_with("xlsx") {
                let name = "a.xlsx".to_owned();
                format!(
                    "{:?}",
                    read_grids(&InputFile {
                        name,
                        bytes: reply.bytes
                    })
                    .0
                )
            } else {
                reply.text()
            };
            for (_, value) in &personal[..3] {
                assert!(!said.contains(value), "{login} {path} tells of {value}");
            }
        }
    }
}

async fn statement_29_exports_run_nothing(world: World) {
    let who = world.person("owner", &["county"]).await;
    let sent: [(&str, &[u8]); 3] = [
        ("county.csv", "key,value\nname,县\nschool_year,2025-2026\nattest_G1,=1+1\n".as_bytes()),
        ("schools.csv", "school_id,name,kind,lon,lat,block_id\nS1,=cmd|' /C calc'!A0,211,-1.5,3,\nS2,+1 小学,211,,,\nS3,@SUM(A1),211,,,\n".as_bytes()),
        ("sections.csv", b"school_id,stage,students\nS1,primary,70\nS2,primary,80\nS3,primary,90\n"),
    ];
    let id = world.upload(&who, &sent).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let get = async |name: &str| {
        world
            .get(
                Some(&who),
                &format!("/api/v1/snapshots/{id}/exports/{name}"),
            )
            .await
    };
    let schools = get("schools.csv").await.text();
    assert!(
        schools.contains("'=cmd|") && schools.contains("'+1 小学") && schools.contains("'@SUM"),
        "{schools}"
    );
    assert!(schools.contains(",-1.5,"), "a number stays one: {schools}");
    let lines = [schools, get("county.csv").await.text()].concat();
    let cells = lines.lines().flat_map(|l| l.split(','));
    for cell in cells {
        let runs = cell.trim_matches('"').starts_with(['=', '+', '@']);
        assert!(!runs, "{cell}");
    }
    let name = "a.xlsx".to_owned();
    let book = read_grids(&InputFile {
        name,
        bytes: get("tables.xlsx").await.bytes,
    })
    .0;
    assert_eq!(book.len(), 3);
    let parquet = get("evaluation.parquet").await.bytes;
    assert!(parquet.starts_with(b"PAR1") && parquet.ends_with(b"PAR1"));
    assert_eq!(get("evaluation.parquet").await.bytes, parquet);
    let number = json!({ "map_number": "浙S(2026)1号" });
    assert_eq!(
        world
            .post(Some(&who), "/api/v1/settings", &number)
            .await
            .status,
        200
    );
    let zones = get("zones-primary.geojson").await.json();
    assert_eq!(zones["type"], "FeatureCollection");
    assert_eq!(zones["map_number"], number["map_number"]);
    for absent in [
        "teachers.csv",
        "schools.exe",
        "evaluation.csv",
        "zones-senior.geojson",
        "tables.csv",
        "..%2Fschools.csv",
        "学校.csv",
    ] {
        assert_eq!(get(absent).await.status, 404, "{absent}");
    }
    let odd = "evaluation.parquet?standard=..%2F..%2Fx";
    assert_eq!(get(odd).await.status, 400);
    let blank = world.get(Some(&who), "/api/v1/template").await;
    assert!(blank.status == 200 && blank.bytes.starts_with(b"PK"));
}

async fn statement_30_evidence_is_a_download_of_a_known_kind(world: World) {
    let who = world.person("owner", &["county"]).await;
    let city = world.person("reader", &["city"]).await;
    let id = world.county(&who).await;
    accept(&world, &who, &id).await;
    let path = format!("/api/v1/snapshots/{id}/evidence");
    let add = async |who: &Who, item: &str, until: &str, file: &str, bytes: &[u8]| {
        let edge = "edge-7f";
        let field = |name: &str, value: &str| {
            format!(
                "--{edge}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            )
        };
        let mut body = [
            field("item", item),
            field("title", "布局规划批复"),
            field("expires_on", until),
        ]
        .concat()
        .into_bytes();
        body.extend(format!("--{edge}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file}\"\r\n\r\n").bytes());
        body.extend(bytes);
        body.extend(format!("\r\n--{edge}--\r\n").bytes());
        let kind = format!("multipart/form-data; boundary={edge}");
        ask(
            &world.router,
            request(Some(who), "POST", &path, body, &kind),
        )
        .await
    };
    let pdf = b"%PDF-1.7 approval";
    // Its last day may be today, and be written as people write it.
    let today = add(&who, "L1", "2026年3月2日", "名册.pdf", pdf)
        .await
        .json();
    assert_eq!(today["expires_on"], "2026-03-02");
    let id_of_today = today["id"].as_str().unwrap();
    let gone = format!("/api/v1/evidence/{id_of_today}/remove");
    world.post(Some(&who), &gone, &json!({})).await;
    let kept = add(&who, "G1", "2027-12-31", "批复.pdf", pdf).await;
    assert_eq!(kept.status, 200, "{}", kept.text());
    let kept = kept.json();
    assert_eq!(
        (&kept["kind"], &kept["size"], &kept["item"]),
        (&json!("pdf"), &json!(pdf.len()), &json!("G1"))
    );
    for (item, until, file, bytes) in [
        ("G1", "", "a.html", &b"<html>"[..]),
        ("G1", "", "a.pdf", b"<html><script>"),
        ("G1", "", "a.svg", b"<svg/>"),
        ("G1", "soon", "a.pdf", pdf),
        ("G1", "2026-03-01", "a.pdf", pdf),
        ("ZZ", "", "a.pdf", pdf),
        ("G1", "", "a.png", b"\x89PNG\r\n\x1A\n<svg onload=alert(1)>"),
        ("", "", "a.pdf", pdf),
        ("../x", "", "a.pdf", pdf),
        ("G1", "", "", b""),
    ] {
        let refused = add(&who, item, until, file, bytes).await;
        assert_eq!(refused.status, 400, "{item} {until} {file}");
    }
    let huge = [
        &pdf[..],
        &vec![b'x'; crate::server::api::evidence::FILE + (70 << 10)],
    ]
    .concat();
    assert_eq!(add(&who, "G1", "", "a.pdf", &huge).await.status, 400);
    assert_eq!(add(&city, "G1", "", "a.pdf", pdf).await.status, 403);
    let listed = world.get(Some(&city), &path).await.json();
    assert_eq!(listed["evidence"], json!([kept]));
    let file = format!("/api/v1/evidence/{}", kept["id"].as_str().unwrap());
    let got = world.get(Some(&city), &file).await;
    assert_eq!((got.status, got.bytes.as_slice()), (200, &pdf[..]));
    assert_eq!(
        got.header("content-disposition"),
        "attachment; filename*=UTF-8''%E6%89%B9%E5%A4%8D.pdf"
    );
    assert_eq!(got.header("content-type"), "application/octet-stream");
    assert_eq!(got.header("x-content-type-options"), "nosniff");
    // It stands in the catalogue.
    let job = json!({ "command": "report", "snapshot": id, "options": { "kind": "evidence" }, "format": "docx" });
    let job = world.post(Some(&who), "/api/v1/jobs", &job).await.json();
    let job = done(&world, &who, &job).await;
    let paper = format!(
        "/api/v1/jobs/{}/files/report.docx",
        job["id"].as_str().unwrap()
    );
    let paper = world.get(Some(&who), &paper).await.bytes;
    let text = words(&paper);
    assert!(
        text.contains("布局规划批复（批复.pdf，有效期至2027-12-31"),
        "{text}"
    );
    // Taken out of use: gone for everybody, its bytes still proven by the store.
    assert_eq!(
        world
            .post(Some(&city), &format!("{file}/remove"), &json!({}))
            .await
            .status,
        403
    );
    assert_eq!(
        world
            .post(Some(&who), &format!("{file}/remove"), &json!({}))
            .await
            .status,
        200
    );
    assert_eq!(world.get(Some(&who), &file).await.status, 404);
    assert_eq!(
        world.get(Some(&who), &path).await.json()["evidence"],
        json!([])
    );
    assert!(
        world
            .app
            .store
            .original(kept["sha256"].as_str().unwrap())
            .await
            .unwrap()
            .is_some()
    );
    let acts: Vec<String> = world
        .app
        .store
        .audit(0, 1000)
        .await
        .unwrap()
        .into_iter()
        .map(|l| l.action)
        .filter(|a| a.starts_with("evidence"))
        .collect();
    assert_eq!(
        acts[2..],
        ["evidence.add", "evidence.export", "evidence.remove"]
    );
}

/// A scanner that finds the word `EICAR` unsafe.
fn scanner(folder: &Path) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let file = folder.join("scan");
    std::fs::write(
        &file,
        "#!/bin/sh\nif grep -q EICAR \"$1\"; then exit 1; fi\n",
    )
    .unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    file
}

async fn statement_30_a_scanner_is_asked_first(mut world: World) {
    let folder = Folder::new();
    world.scanned_by(scanner(&folder.0)).await;
    let who = world.person("owner", &["county"]).await;
    let bad: [(&str, &[u8]); 1] = [("a.csv", b"EICAR")];
    for path in ["/api/v1/snapshots", "/api/v1/imports"] {
        let refused = send(&world, &who, path, &bad).await;
        assert_eq!(refused.status, 400, "{path}");
        assert!(refused.text().contains("查毒"), "{}", refused.text());
    }
    assert_eq!(world.app.store.verify().await.unwrap().originals, 0);
    world.county(&who).await;
    // One that cannot do its work lets nothing through.
    world.scanned_by(folder.0.join("none")).await;
    let who = world.session("owner").await;
    assert_eq!(
        send(&world, &who, "/api/v1/snapshots", &files(county()))
            .await
            .status,
        500
    );
    let left = std::fs::read_dir(&world.app.work).unwrap();
    assert!(
        left.flatten()
            .all(|e| !e.file_name().to_string_lossy().starts_with("scan-"))
    );
}

/// A workbook whose sheet names a file of the machine.
fn with_entity(secret: &Path) -> Vec<u8> {
    use std::io::Write;
    let sheet = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM \"file://{}\">]>\
         <worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>\
         <row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>key</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>value</t></is></c></row>\
         <row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>name</t></is></c><c r=\"B2\" t=\"inlineStr\"><is><t>&e;</t></is></c></row>\
         </sheetData></worksheet>",
        secret.display()
    );
    let parts = [
        ("[Content_Types].xml", "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>".to_owned()),
        ("xl/workbook.xml", "<?xml version=\"1.0\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"county\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>".to_owned()),
        ("xl/_rels/workbook.xml.rels", "<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>".to_owned()),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

async fn statement_33_no_entity_is_read(world: World) {
    let who = world.person("owner", &["county"]).await;
    let secret = world.folder.0.join("secret.txt");
    std::fs::write(&secret, "JUNHENG-OUTSIDE").unwrap();
    let book = with_entity(&secret);
    let mut sent = files(county());
    sent.retain(|f| f.0 != "county.csv");
    sent.push(("county.xlsx", &book));
    let reply = world.upload(&who, &sent).await;
    assert!(
        reply.status < 500 && !reply.text().contains("JUNHENG-OUTSIDE"),
        "{}",
        reply.text()
    );
    let marked = send(&world, &who, "/api/v1/marked", &sent).await;
    let name = "a.xlsx".to_owned();
    let cells = format!(
        "{:?}",
        read_grids(&InputFile {
            name,
            bytes: marked.bytes
        })
        .0
    );
    assert!(!cells.contains("JUNHENG-OUTSIDE"));
    if let Some(id) = reply.json()["id"].as_str() {
        for path in ["exports/county.csv", "evaluate"] {
            let said = world
                .get(Some(&who), &format!("/api/v1/snapshots/{id}/{path}"))
                .await;
            assert!(!said.text().contains("JUNHENG-OUTSIDE"), "{path}");
        }
    }
}
