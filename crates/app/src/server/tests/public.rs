//! What anybody sees, and plans that become data sets.

use serde_json::{Value, json};

use super::world::{MINUTE, Who, World, ask, pass, request};

super::scenarios!(
    nothing_is_public_before_the_county_says_so,
    few_children_have_no_figures_and_texts_are_no_markup,
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

async fn publish(world: &World, who: &Who, body: &Value) -> u16 {
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
    assert_eq!(
        publish(&world, &who, &json!({ "kind": "county", "snapshot": id })).await,
        200
    );
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

async fn few_children_have_no_figures_and_texts_are_no_markup(world: World) {
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

async fn comments_are_taken_until_the_last_day(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    let plan = json!({ "kind": "plan", "snapshot": id, "title": "学区调整", "note": "说明",
        "comments_until": "2026-03-03" });
    assert_eq!(publish(&world, &who, &plan).await, 200);
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
    assert_eq!(say("%E5%A5%BD").await, 303);
    assert_eq!(say("").await, 400);
    assert_eq!(say(&"a".repeat(1001)).await, 400);
    let heard = world.get(Some(&who), "/api/v1/publications").await.json();
    assert_eq!(heard["comments"][0]["content"], "好");
    pass(48 * 60 * MINUTE);
    assert_eq!(say("late").await, 400);
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
    let moved = world
        .get(Some(&who), &format!("{path}/result"))
        .await
        .json()["moved"]
        .clone();
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
