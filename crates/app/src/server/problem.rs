//! What the server answers when it does not do what was asked: a sentence in the caller's language.

use std::sync::Arc;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use junheng_core::finding::Finding;
use junheng_core::text::{Lang, Text};
use serde::{Deserialize, Serialize};

use super::plain::without_options;
use super::public;
use super::rights::Access;
use crate::error::Failure;
use crate::store::is_full;
use crate::views;

/// Why a request was not carried out.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    message: Text,
    findings: Vec<Finding>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, message: Text) -> Self {
        Self {
            status,
            code,
            message,
            findings: Vec::new(),
        }
    }

    /// Too many requests.
    pub(crate) fn busy() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "busy",
            Text::new("请求太频繁，请稍后再试", "too many requests; wait a little"),
        )
    }

    /// Too many requests, in words of their own.
    pub(crate) fn too_many(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "busy", Text::new(zh, en))
    }

    /// The request stopped coming.
    pub(crate) fn slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "slow",
            Text::new(
                "请求没有传完，没有保存任何内容；请检查网络后再试",
                "the request did not come whole, and nothing was kept; check the network and try again",
            ),
        )
    }

    /// The request itself is wrong.
    pub(crate) fn bad(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", Text::new(zh, en))
    }

    /// Nobody is logged in.
    pub(crate) fn login() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "login",
            Text::new("请先登录", "please log in"),
        )
    }

    /// The login did not work; the same words for every reason.
    pub(crate) fn wrong_login() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "wrong_login",
            Text::new(
                "用户名或密码不对，或者账号暂时锁定(10 分钟内错 5 次锁定 15 分钟)",
                "wrong login or password, or the account is locked for a while (five wrong ones in 10 minutes lock it for 15)",
            ),
        )
    }

    /// The password was right, the second factor is missing or wrong.
    pub(crate) fn second_factor() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "second_factor",
            Text::new(
                "请输入手机上的动态口令，或一个恢复码；口令只能用一次",
                "give the code of your telephone, or a recovery code; each is used once",
            ),
        )
    }

    /// The caller lacks a right; whether the thing exists is not said.
    pub(crate) fn forbidden(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", Text::new(zh, en))
    }

    /// The caller's roles are none of those that it is for.
    pub(crate) fn role(access: Access) -> Self {
        let (zh, en) = access.holders();
        Self::forbidden(
            format!("您的角色没有这项权限，有权限的是：{zh}"),
            format!("your role does not have this right, which is that of: {en}"),
        )
    }

    /// There is no such thing, for this caller.
    pub(crate) fn absent() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "absent",
            Text::new("没有找到", "there is no such thing"),
        )
    }

    /// The data in force, if there are any, have no such school.
    pub(crate) fn no_portrait() -> Self {
        Self::conflict(
            "县里采用的数据中还没有本校；县里采用后，这里显示本校的数值和结论",
            "the data that the county has in force do not have this school yet; its figures and verdict will stand here once they do",
        )
    }

    /// It stands in the way of what is there already.
    pub(crate) fn conflict(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", Text::new(zh, en))
    }

    /// There is no room left to write.
    pub(crate) fn full() -> Self {
        Self::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "full",
            Text::new(
                "服务器磁盘已满，数据没有改动；登录、导出和修改都要写审计记录，暂时不能进行，已登录的可以继续查看。请系统管理员腾出空间后再试",
                "the server's disk is full and nothing was changed; log-ins, exports and changes leave a line in the audit and have to wait, who is logged in can go on reading. Ask the system administrator to free space, then try again",
            ),
        )
    }

    /// Our own fault: told in the log, not to the caller.
    pub(crate) fn internal(what: &'static str) -> Self {
        tracing::error!(what, "internal");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            Text::new(
                "服务器没能完成，数据没有改动；请稍后再试，仍不行请联系管理员",
                "the server could not do it and changed nothing; try again, then tell the administrator",
            ),
        )
    }

    /// Our own fault, with its cause for the log.
    pub(crate) fn because<E: std::fmt::Display>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |error| {
            tracing::error!(%error, "cause");
            Self::internal(what)
        }
    }

    /// What it says.
    pub(crate) fn message(self) -> Text {
        self.message
    }

    /// The status it is answered with.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// What it says in a language.
    pub(crate) fn body(&self, lang: Lang) -> Refusal {
        Refusal {
            error: self.code.to_owned(),
            message: self.message.get(lang).to_owned(),
            findings: views::findings(&self.findings, lang),
        }
    }

    /// The answer in a language.
    pub(crate) fn answer(&self, lang: Lang) -> Response {
        (self.status, Json(self.body(lang))).into_response()
    }
}

/// A problem as JSON.
#[derive(Serialize, Deserialize)]
pub(crate) struct Refusal {
    error: String,
    message: String,
    findings: Vec<views::FindingView>,
}

impl IntoResponse for Problem {
    /// Travels inside the answer until [`translate`] knows the language.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|k| k.as_bytes().starts_with(b"text/html"))
}

/// Turns a problem that a handler returned into a sentence; for who reads pages, on one.
pub(crate) fn translate(mut response: Response, lang: Lang, on_a_page: bool) -> Response {
    let answer = |problem: &Problem| {
        if on_a_page {
            let said = public::refused(problem.message.get(lang), lang);
            (problem.status, said).into_response()
        } else {
            problem.answer(lang)
        }
    };
    match response.extensions_mut().remove::<Arc<Problem>>() {
        Some(problem) => answer(&problem),
        // What axum refuses before a handler sees it: a body or a query that does not fit. A page says for
        // itself what is wrong.
        None if response.status().is_client_error() && !is_page(&response) => {
            answer(&Problem::new(
                response.status(),
                "malformed",
                Text::new(
                    "请求的内容不完整或格式不对，没有改动；请刷新页面再试",
                    "the request is incomplete or malformed and nothing was changed; reload the page and try again",
                ),
            ))
        }
        None => response,
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        // PostgreSQL keeps no text with a NUL in it (character_not_in_repertoire).
        let code = error.as_database_error().and_then(|e| e.code());
        if code.as_deref() == Some("22021") {
            return Self::bad(
                "内容里有不能保存的字符；请去掉后再试",
                "there is a character that cannot be kept; take it out and try again",
            );
        }
        if error
            .as_database_error()
            .is_some_and(|e| e.is_unique_violation())
        {
            return Self::conflict(
                "别人刚保存了同样的内容，您的没有保存；请刷新后再操作",
                "somebody else just kept the same, and yours was not kept; reload it and try again",
            );
        }
        tracing::error!(%error, "store");
        if is_full(&error) {
            return Self::full();
        }
        Self::internal("store")
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Usage(message) => {
                Self::new(StatusCode::BAD_REQUEST, "usage", without_options(&message))
            }
            Failure::Refused(findings) => Self {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                code: "refused",
                message: crate::print::refusal(&findings),
                findings,
            },
            // Where it is on the server is for its keeper, who reads the log.
            Failure::File { said, why } => {
                tracing::error!(said = %said.en, "file");
                let message = Text::new(
                    format!(
                        "服务器不能读写自己的文件({})，没有保存任何内容；请告诉系统管理员，解决后再试",
                        why.zh
                    ),
                    format!(
                        "the server cannot read or write a file of its own ({}) and kept nothing; tell the system administrator, then try again",
                        why.en
                    ),
                );
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", message)
            }
            Failure::Other(message) => {
                tracing::error!(message = %message.en, "command");
                let message = without_options(&message);
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", message)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::Executor;
    use sqlx::any::AnyPoolOptions;

    /// Where a file is on the server is no word for a page.
    #[test]
    fn no_path_of_the_server_is_told() {
        for kind in [
            std::io::ErrorKind::PermissionDenied,
            std::io::ErrorKind::StorageFull,
        ] {
            let path = std::path::Path::new("/srv/junheng/work/7f/applied");
            let problem = Problem::from(Failure::file(path, &kind.into()));
            for lang in [Lang::Zh, Lang::En] {
                let said = problem.body(lang).message;
                assert!(!said.contains('/') && said.len() > 60, "{said}");
            }
        }
    }

    /// No room is told from other faults, on the way to the caller too.
    #[tokio::test]
    async fn statement_25_no_room_is_told() {
        sqlx::any::install_default_drivers();
        let pool = AnyPoolOptions::new().max_connections(1);
        let pool = pool.connect("sqlite::memory:").await.unwrap();
        pool.execute("PRAGMA max_page_count = 20; CREATE TABLE t (c BLOB)")
            .await
            .unwrap();
        let full = pool
            .execute("INSERT INTO t VALUES (zeroblob(200000))")
            .await;
        let full = full.unwrap_err();
        assert!(is_full(&full), "{full}");
        assert_eq!(Problem::from(full).status().as_u16(), 507);
        let other = pool.execute("INSERT INTO u VALUES (1)").await.unwrap_err();
        assert!(!is_full(&other));
        assert_eq!(Problem::from(other).status().as_u16(), 500);
    }
}
