//! What anybody sees, and plans that become data sets.

use serde_json::{Value, json};

use super::world::{MINUTE, Who, World, ask, pass, request};

super::scenarios!(
    nothing_is_public_before_the_county_says_so,
    statement_19_few_children_have_no_figures,
    statement_19_subtraction_finds_no_hidden_figure,
    statement_21_nothing_personal_is_public,
    comments_are_taken_until_the_last_day,
    zones_by_hand_become_a_data_set,
    a_plan_of_a_job_becomes_a_data_set,
);

async fn page(world: &World, path: &str) -> String {
    let reply = world.get(None, path).await;
    assert_eq!(reply.status, 200, "{path}");
    assert!(reply.header("content-type").starts_with("text/html"));
    assert!(!reply.text().contains("<script"), "{path}");
    reply.text()
}

/// Makes something public of data that the county accepts first.
async fn publish(world: &World, who: &Who, body: &Value) -> u16 {
    let path = format!(
        "/api/v1/snapshots/{}/accept",
        body["snapshot"].as_str().unwrap()
    );
    world.post(Some(who), &path, &json!({})).await;
    world
        .post(Some(who), "/api/v1/publications", body)
        .await
        .status
}

async fn nothing_is_public_before_the_county_says_so(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    for path in ["/public", "/public/schools", "/public/zones?q=a"] {
        assert!(
            page(&world, path).await.contains("还没有公开的内容"),
            "{path}"
        );
    }
    let county = json!({ "kind": "county", "snapshot": id });
    let draft = world
        .post(Some(&who), "/api/v1/publications", &county)
        .await;
    assert_eq!(draft.status, 409, "nobody accepted it yet");
    assert_eq!(publish(&world, &who, &county).await, 200);
    let shown = page(&world, "/public").await;
    assert!(shown.contains("校际差异系数") && shown.contains("教督〔2017〕6号"));
    assert!(
        page(&world, "/public?lang=en")
            .await
            .contains("Coefficients of variation")
    );
    // Zones are another matter, and stay closed.
    assert!(
        page(&world, "/public/zones")
            .await
            .contains("还没有公开的内容")
    );
    let all = world.get(Some(&who), "/api/v1/publications").await.json();
    let first = all["publications"][0]["id"].as_str().unwrap().to_owned();
    let back = world
        .post(
            Some(&who),
            "/api/v1/publications/withdraw",
            &json!({ "id": first }),
        )
        .await;
    assert_eq!(back.status, 200);
    assert!(page(&world, "/public").await.contains("还没有公开的内容"));
    for wrong in [
        json!({ "kind": "all", "snapshot": id }),
        json!({ "kind": "zones", "snapshot": id }),
        json!({ "kind": "plan", "snapshot": id }),
        json!({ "kind": "plan", "snapshot": id, "title": "t", "decided_on": "soon" }),
        json!({ "kind": "county", "snapshot": "none" }),
    ] {
        assert_eq!(publish(&world, &who, &wrong).await, 400, "{wrong}");
    }
}

async fn statement_19_few_children_have_no_figures(world: World) {
    let who = world.person("owner", &["county"]).await;
    let files: [(&str, &[u8]); 3] = [
        (
            "county.csv",
            "key,value\nname,<b>县</b>\nschool_year,2025-2026\n".as_bytes(),
        ),
        (
            "schools.csv",
            "school_id,name,kind\nS1,<i>小校</i>,211\nS2,大校,211\n".as_bytes(),
        ),
        (
            "sections.csv",
            "school_id,stage,students,multimedia_rooms\nS1,primary,7,3\nS2,primary,700,21\n"
                .as_bytes(),
        ),
    ];
    let id = world.upload(&who, &files).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        publish(&world, &who, &json!({ "kind": "county", "snapshot": id })).await,
        200
    );
    let few = page(&world, "/public/schools?id=S1").await;
    assert!(
        few.contains("人数少，不公布数值") && !few.contains("42.86"),
        "{few}"
    );
    assert!(few.contains("&lt;i&gt;小校") && !few.contains("<i>"));
    assert!(
        page(&world, "/public/schools?id=S2")
            .await
            .contains("<td class=\"n\">3.00</td>")
    );
    assert!(
        page(&world, "/public/schools?q=daxiao")
            .await
            .contains("大校")
    );
    assert!(
        !page(&world, "/public/schools?q=daxiao")
            .await
            .contains("小校")
    );
}

/// The cells of a table's rows, without markup.
fn cells(page: &str) -> Vec<Vec<String>> {
    let plain = |cell: &str| {
        let parts = cell
            .split('<')
            .map(|p| p.split_once('>').map_or("", |(_, t)| t));
        parts.collect::<String>().trim().to_owned()
    };
    let rows = page.split("<tr>").skip(1);
    rows.map(|row| {
        let row = row.split("</tr>").next().unwrap();
        row.split("</t")
            .map(|c| plain(&format!("<{c}")))
            .filter(|c| !c.is_empty())
            .collect()
    })
    .collect()
}

/// Subtracts what is shown from every total and count that is shown: nothing hidden may be left.
async fn statement_19_subtraction_finds_no_hidden_figure(world: World) {
    let who = world.person("owner", &["county"]).await;
    let sections = "school_id,stage,students\nS1,primary,7\nS2,primary,700\nS3,primary,800\n\
        S3,junior,300\nS4,junior,1200\n";
    let files: [(&str, &[u8]); 3] = [
        (
            "county.csv",
            "key,value\nname,县\nschool_year,2025-2026\n".as_bytes(),
        ),
        (
            "schools.csv",
            "school_id,name,kind\nS1,甲,211\nS2,乙,211\nS3,丙,312\nS4,丁,311\n".as_bytes(),
        ),
        ("sections.csv", sections.as_bytes()),
    ];
    let id = world.upload(&who, &files).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({ "kind": "county", "snapshot": id });
    assert_eq!(publish(&world, &who, &body).await, 200);
    let found = cells(&page(&world, "/public/schools").await);
    let row = |name: &str, stage: &str| {
        let of = found.iter().find(|r| r[0] == name && r[1] == stage);
        of.unwrap_or_else(|| panic!("{name} {stage}: {found:?}"))[2].clone()
    };
    assert_eq!(row("甲", "小学"), "&lt; 10");
    assert_eq!(row("合计", "小学"), "不公布", "1507 - 700 - 800 would be 7");
    assert_eq!(row("合计", "初中"), "1,500");
    // Three sections are judged in public, not the fourth, whose verdict would be what is left.
    let overview = page(&world, "/public").await;
    assert!(
        overview.contains(" / 4</p>") && !overview.contains(" / 5</p>"),
        "{overview}"
    );
    // The county may show more: the figures of seven children and the total then stand together.
    let set = async |few: &str| {
        let body = json!({ "few": few });
        world
            .post(Some(&who), "/api/v1/settings", &body)
            .await
            .status
    };
    for wrong in ["2", "11", "", "many"] {
        assert_eq!(set(wrong).await, 400, "{wrong}");
    }
    assert_eq!(set("5").await, 200);
    let found = cells(&page(&world, "/public/schools").await);
    assert!(
        found.iter().any(|r| r[0] == "合计" && r[2] == "1,507"),
        "{found:?}"
    );
}

/// Teachers, logins, telephones and doubts of a county are on no public page.
async fn statement_21_nothing_personal_is_public(world: World) {
    let who = world.person("secret-owner", &["county"]).await;
    let id = world.county(&who).await;
    for body in [
        json!({ "kind": "county", "snapshot": id }),
        json!({ "kind": "zones", "snapshot": id, "stage": "primary" }),
        json!({ "kind": "plan", "snapshot": id, "title": "规划" }),
    ] {
        assert_eq!(publish(&world, &who, &body).await, 200);
    }
    let teachers = super::world::county()
        .iter()
        .find(|(n, _)| n == "teachers.csv");
    let teachers = String::from_utf8(teachers.unwrap().1.clone()).unwrap();
    let ids: Vec<&str> = teachers
        .lines()
        .skip(1)
        .filter_map(|l| l.split(',').next())
        .collect();
    assert!(ids.len() > 20);
    let school = super::world::county()
        .iter()
        .find(|(n, _)| n == "schools.csv")
        .unwrap();
    let school = String::from_utf8(school.1.clone()).unwrap();
    let school = school.lines().nth(1).unwrap().split(',').next().unwrap();
    for path in [
        "/public",
        "/public/schools",
        "/public/zones?q=a",
        "/public/plans",
        "/public/verify",
        &format!("/public/schools?id={school}"),
    ] {
        let shown = page(&world, path).await;
        assert!(!shown.contains("secret-owner"), "{path}");
        assert!(!ids.iter().any(|id| shown.contains(id)), "{path}");
    }
}

async fn comments_are_taken_until_the_last_day(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    let plan = json!({ "kind": "plan", "snapshot": id, "title": "学区调整", "note": "说明",
        "comments_until": "2026-03-03" });
    assert_eq!(publish(&world, &who, &plan).await, 200);
    let all = world.get(Some(&who), "/api/v1/publications").await.json();
    let plan = all["publications"][0]["id"].as_str().unwrap().to_owned();
    let sent = async |content: &str| {
        let body = format!("id={plan}&name=%3Cb%3E&content={content}").into_bytes();
        let kind = "application/x-www-form-urlencoded";
        ask(
            &world.router,
            request(None, "POST", "/public/comments", body, kind),
        )
        .await
    };
    let say = async |content: &str| sent(content).await.status;
    assert_eq!(say("%E5%A5%BD").await, 303);
    assert_eq!(say("").await, 400);
    assert_eq!(say(&"a".repeat(1001)).await, 400);
    // What is not kept stands in its box again, on a page that says why.
    let private = sent("%3Ci%3E13800138000").await;
    assert_eq!(private.status, 400);
    assert!(private.header("content-type").starts_with("text/html"));
    let shown = private.text();
    assert!(
        shown.contains("请不要写电话")
            && shown.contains("required>&lt;i&gt;13800138000</textarea>")
    );
    assert!(shown.contains("value=\"&lt;b&gt;\"") && !shown.contains("<i>"));
    assert_eq!(say("%E5%A5%BD").await, 429);
    // Who asks too often is told so on a page as well, whatever the page.
    while world.get(None, "/health").await.status == 200 {}
    let busy = [sent("once more").await, world.get(None, "/public").await];
    for refused in busy {
        assert_eq!(refused.status, 429);
        assert!(refused.header("content-type").starts_with("text/html"));
        assert!(refused.text().contains("请求太频繁"), "{}", refused.text());
    }
    pass(MINUTE);
    let heard = world.get(Some(&who), "/api/v1/publications").await.json();
    assert_eq!(heard["comments"][0]["content"], "好");
    // A day for comments that is over is not made public.
    let over =
        json!({ "kind": "plan", "snapshot": id, "title": "t", "comments_until": "2026-03-01" });
    assert_eq!(publish(&world, &who, &over).await, 400);
    pass(48 * 60 * MINUTE);
    let late = sent("late").await;
    assert_eq!(late.status, 400);
    assert!(late.text().contains("已不再征求意见") && late.text().contains("<p>late</p>"));
    let absent = world.get(None, "/public/nonsense").await;
    assert_eq!(absent.status, 404);
    assert!(absent.text().contains("没有这一页") && absent.text().contains("/public/zones"));
}

async fn zones_by_hand_become_a_data_set(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    let map = async |of: &str| {
        let path = format!("/api/v1/snapshots/{of}/map?stage=primary");
        world.get(Some(&who), &path).await.json()
    };
    let before = map(&id).await;
    let (block, to) = (&before["blocks"][0], &before["schools"]);
    let from = block["school"].as_u64().unwrap() as usize;
    let other = if from == 0 { 1 } else { 0 };
    let zones = json!({ "stage": "primary", "title": "手工", "zones": {
        block["block_id"].as_str().unwrap(): to[other]["school_id"] } });
    let path = format!("/api/v1/snapshots/{id}/zones");
    let made = world.post(Some(&who), &path, &zones).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let fresh = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(map(&fresh).await["blocks"][0]["school"], other);
    let listed = world.get(Some(&who), "/api/v1/snapshots").await.json();
    let row = listed["snapshots"]
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["id"] == fresh.as_str())
        .unwrap();
    assert_eq!(
        (row["parent_id"].as_str(), row["title"].as_str()),
        (Some(id.as_str()), Some("手工"))
    );
    assert!(row["step"].as_str().unwrap().contains("primary"));
    for wrong in [
        json!({ "stage": "primary", "zones": {} }),
        json!({ "stage": "senior", "zones": { "a": "b" } }),
    ] {
        assert_eq!(world.post(Some(&who), &path, &wrong).await.status, 400);
    }
    // What an offer of the optimiser went into names its job, one that the caller sees.
    world.job_of("owner").await;
    for (job, status) in [("none", 404), ("job-of-owner", 200)] {
        let mut offered = zones.clone();
        offered["job"] = job.into();
        assert_eq!(world.post(Some(&who), &path, &offered).await.status, status);
    }
    let listed = world.get(Some(&who), "/api/v1/snapshots").await;
    assert!(listed.text().contains("job-of-owner"));
}

async fn a_plan_of_a_job_becomes_a_data_set(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    let job = json!({ "command": "plan rotation", "snapshot": id, "options": {} });
    let job = world.post(Some(&who), "/api/v1/jobs", &job).await.json();
    let job = job["id"].as_str().unwrap().to_owned();
    assert!(crate::server::worker::work(&world.app).await.unwrap());
    let path = format!("/api/v1/jobs/{job}");
    let done = world.get(Some(&who), &path).await.json();
    assert_eq!(
        (&done["state"], &done["applied"]),
        (&json!("done"), &json!(true)),
        "{done}"
    );
    let files = done["files"].as_array().unwrap();
    assert!(
        files.iter().all(|f| !f.as_str().unwrap().contains('/')),
        "{done}"
    );
    let taken = world
        .post(
            Some(&who),
            &format!("{path}/accept"),
            &json!({ "title": "轮岗" }),
        )
        .await;
    assert_eq!(taken.status, 200, "{}", taken.text());
    let fresh = taken.json()["id"].as_str().unwrap().to_owned();
    let plan = world
        .get(Some(&who), &format!("{path}/result"))
        .await
        .json();
    let moved = plan["moved"].clone();
    let compared = world
        .get(Some(&who), &format!("/api/v1/compare/{id}/{fresh}"))
        .await
        .json();
    let rotated = compared["changes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["field"] == "rotated_teachers");
    assert_eq!(
        rotated.map(|c| c["to"].clone()),
        Some(json!(moved.to_string()))
    );
    // A job without a plan has nothing to take.
    let check = json!({ "command": "check", "snapshot": id, "options": {} });
    let check = world.post(Some(&who), "/api/v1/jobs", &check).await.json();
    assert!(crate::server::worker::work(&world.app).await.unwrap());
    let path = format!("/api/v1/jobs/{}/accept", check["id"].as_str().unwrap());
    assert_eq!(world.post(Some(&who), &path, &json!({})).await.status, 400);
}
