//! Who people are and what they may judge, what the public says, and whether a paper is genuine.

use serde_json::{Value, json};

use super::filing::open;
use super::review::done;
use super::world::{MINUTE, World, accept, ask, pass, request};

super::scenarios!(
    statement_1_one_account_one_person,
    statement_12_nobody_reviews_where_they_have_an_interest,
    statement_27_papers_are_checked_in_public,
    statement_27_a_paper_is_checked_against_the_data,
    comments_are_few_new_and_not_private,
    two_accept_at_once_and_one_stands,
);

async fn statement_1_one_account_one_person(world: World) {
    let who = world.person("safe", &["security"]).await;
    let number = "11010519491231002X";
    let add = async |login: &str, identity: &str| {
        let new = json!({ "login": login, "name": "某人", "roles": ["planner"], "password": "Lan-tian-2025", "identity": identity });
        world
            .post(Some(&who), "/api/v1/accounts", &new)
            .await
            .status
    };
    assert_eq!(add("one", number).await, 200);
    assert_eq!(add("two", number).await, 409);
    assert_eq!(
        add("two", " 11010519491231002x ").await,
        409,
        "however it is written"
    );
    assert_eq!(
        add("two", "110105194912310021").await,
        400,
        "a wrong check digit"
    );
    assert_eq!(add("two", "440524188001010014").await, 200);
    // Who gives none is not held to be anybody else.
    assert_eq!((add("three", "").await, add("four", "").await), (200, 200));
    let lines = world.app.store.audit(0, 100).await.unwrap();
    assert_eq!(lines.iter().filter(|l| l.result == "refused").count(), 2);
    // Statement 41: neither the database nor an answer holds the number.
    let told = world.get(Some(&who), "/api/v1/accounts").await.text();
    assert!(!told.contains("1101051949"));
    let mut found = 0;
    for entry in std::fs::read_dir(&world.folder.0).unwrap().flatten() {
        let bytes = std::fs::read(entry.path()).unwrap_or_default();
        let holds = |text: &[u8]| bytes.windows(text.len()).any(|w| w == text);
        assert!(!holds(number.as_bytes()), "{:?}", entry.path());
        found += usize::from(holds(b"three"));
    }
    assert!(
        found > 0
            || world
                .app
                .store
                .backup(&world.folder.0.join("x"))
                .await
                .is_err(),
        "the database was looked at"
    );
}

async fn statement_12_nobody_reviews_where_they_have_an_interest(world: World) {
    let filing = open(world, "students").await;
    let (school, form) = filing.school(0, "one").await;
    filing.fill(&school, &form).await;
    assert_eq!(filing.step(&school, &form, "submit", "").await.0, 200);
    let safe = filing.world.person("safe", &["security"]).await;
    let org = filing.get(&filing.county, &form).await["filing"]["org_id"].clone();
    let org = org.as_str().unwrap();
    let path = "/api/v1/accounts/id-bureau/interests";
    let record = async |interests: Value| {
        let body = json!({ "interests": interests });
        filing.world.post(Some(&safe), path, &body).await.status
    };
    assert_eq!(record(json!({ org: "" })).await, 400, "it must say why");
    assert_eq!(record(json!({ "none": "配偶" })).await, 404);
    assert_eq!(record(json!({ org: "配偶任该校校长" })).await, 200);
    let told = filing.get(&safe, path).await;
    assert_eq!(
        told["interests"],
        json!([{ "org_id": org, "reason": "配偶任该校校长" }])
    );
    for (step, why) in [("accept", ""), ("return", "请再核对")] {
        let (status, _) = filing.step(&filing.county, &form, step, why).await;
        assert_eq!(status, 403, "{step}");
    }
    let lines = filing.world.app.store.audit(0, 10_000).await.unwrap();
    assert_eq!(lines.last().unwrap().result, "refused");
    let (other, next) = filing.school(1, "two").await;
    filing.fill(&other, &next).await;
    filing.step(&other, &next, "submit", "").await;
    assert_eq!(
        filing.step(&filing.county, &next, "accept", "").await.0,
        200,
        "others go on"
    );
    assert_eq!(record(json!({})).await, 200);
    assert_eq!(
        filing.step(&filing.county, &form, "accept", "").await.0,
        200
    );
}

/// A self-evaluation report of a snapshot, as Word.
async fn report(world: &World, who: &super::world::Who, snapshot: &str) -> Vec<u8> {
    let job = json!({ "command": "report", "snapshot": snapshot, "format": "docx" });
    let job = world.post(Some(who), "/api/v1/jobs", &job).await.json();
    let job = done(world, who, &job).await;
    assert_eq!(job["state"], "done", "{job}");
    let file = format!(
        "/api/v1/jobs/{}/files/report.docx",
        job["id"].as_str().unwrap()
    );
    world.get(Some(who), &file).await.bytes
}

async fn statement_27_papers_are_checked_in_public(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    let paper = report(&world, &who, &id).await;
    let code = junheng_intake::paper::seal(&paper).unwrap().evaluation;
    let check = async |code: &str| {
        let reply = world.get(None, &format!("/public/verify?q={code}")).await;
        assert_eq!(reply.status, 200);
        reply.text()
    };
    assert!(check(&code).await.contains("✕"), "nothing is public yet");
    accept(&world, &who, &id).await;
    let new = json!({ "kind": "county", "snapshot": id });
    assert_eq!(
        world
            .post(Some(&who), "/api/v1/publications", &new)
            .await
            .status,
        200
    );
    assert!(check(&code).await.contains("✓ 一致"));
    assert!(check(&code[..16]).await.contains("公开日期 2026-03-02"));
    assert!(check(&format!("{}0", &code[..15])).await.contains('✕') || code.as_bytes()[15] == b'0');
    for odd in ["", "short", "%3Cscript%3Ealert(1)%3C/script%3E"] {
        let said = check(odd).await;
        assert!(!said.contains('✓') && !said.contains("<script"), "{odd}");
    }
    let all = world.get(Some(&who), "/api/v1/publications").await.json();
    let back = json!({ "id": all["publications"][0]["id"] });
    world
        .post(Some(&who), "/api/v1/publications/withdraw", &back)
        .await;
    assert!(check(&code).await.contains("已撤下"));
}

async fn statement_27_a_paper_is_checked_against_the_data(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    let paper = report(&world, &who, &id).await;
    let path = format!("/api/v1/snapshots/{id}/verify-paper");
    let check = async |name: &str, bytes: &[u8]| {
        let (body, kind) = super::world::multipart(&[(name, bytes)]);
        let reply = ask(
            &world.router,
            request(Some(&who), "POST", &path, body, &kind),
        )
        .await;
        (reply.status, reply.json())
    };
    let (status, told) = check("report.docx", &paper).await;
    assert_eq!((status, &told["verified"]), (200, &json!(true)), "{told}");
    let (status, told) = check("别的.docx", b"PK\x03\x04 none").await;
    assert_eq!((status, &told["verified"]), (200, &json!(false)));
    let said = told["message"].as_str().unwrap();
    assert!(said.contains("别的.docx") && !said.contains("/"), "{said}");
}

async fn comments_are_few_new_and_not_private(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    accept(&world, &who, &id).await;
    let plan = json!({ "kind": "plan", "snapshot": id, "title": "学区调整", "comments_until": "2026-03-09" });
    let made = world.post(Some(&who), "/api/v1/publications", &plan).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let all = world.get(Some(&who), "/api/v1/publications").await.json();
    let plan = all["publications"][0]["id"].as_str().unwrap().to_owned();
    let say = async |content: &str| {
        let body = format!("id={plan}&name=&content={content}").into_bytes();
        let kind = "application/x-www-form-urlencoded";
        ask(
            &world.router,
            request(None, "POST", "/public/comments", body, kind),
        )
        .await
        .status
    };
    for private in [
        "13800138000",
        "id+110105+19491231+002X",
        "see+http://x.example",
        "WWW.x.cn",
        "138-0013-8000",
    ] {
        assert_eq!(say(private).await, 400, "{private}");
    }
    assert_eq!(say("2026+school+bus").await, 303);
    assert_eq!(say("2026+school+bus").await, 429, "the very same again");
    for n in 0..4 {
        let status = say(&format!("more+{n}")).await;
        assert_eq!(status, if n < 3 { 303 } else { 429 }, "{n}");
    }
    pass(61 * MINUTE);
    assert_eq!(say("later").await, 303);
    let who = world.session("owner").await;
    let heard = world.get(Some(&who), "/api/v1/publications").await.json();
    assert_eq!(heard["comments"].as_array().unwrap().len(), 5);
}

async fn two_accept_at_once_and_one_stands(world: World) {
    let filing = open(world, "students").await;
    let (school, form) = filing.school(0, "one").await;
    filing.fill(&school, &form).await;
    filing.step(&school, &form, "submit", "").await;
    let version = filing.get(&school, &form).await["filing"]["version"].clone();
    let mut running = tokio::task::JoinSet::new();
    for step in ["accept", "return", "accept", "return"] {
        let (router, who) = (filing.world.router.clone(), filing.county.clone());
        let path = format!("{form}/{step}");
        let body = json!({ "version": version, "reason": "请再核对" })
            .to_string()
            .into_bytes();
        running.spawn(async move {
            ask(
                &router,
                request(Some(&who), "POST", &path, body, "application/json"),
            )
            .await
            .status
        });
    }
    let mut all = running.join_all().await;
    all.sort_unstable();
    assert_eq!(all, [200, 409, 409, 409]);
}
