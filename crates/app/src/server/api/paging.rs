//! Long listings come in pages: `?limit=N&after=CURSOR`, and `next` in the answer where there is more.

use serde::Deserialize;

use crate::server::problem::Problem;

/// Most rows of a page, and as many as there are where nobody says how many.
const MOST: usize = 1000;

/// Which page of a listing is wanted.
#[derive(Deserialize)]
pub(crate) struct Paging {
    /// At most so many rows.
    #[serde(default)]
    limit: Option<u32>,
    /// `next` of the page before; the first page without it.
    #[serde(default)]
    after: Option<String>,
}

impl Paging {
    /// So many rows at most, where a page has this many unless told otherwise.
    pub(crate) fn limit_or(&self, usual: usize) -> usize {
        let wanted = self.limit.map_or(usual, |n| n as usize);
        wanted.clamp(1, MOST)
    }

    /// Behind which row the page begins.
    pub(crate) fn after(&self) -> Option<&str> {
        self.after.as_deref().filter(|a| !a.is_empty())
    }

    /// Behind which line of a numbered list the page begins; 0 for the first.
    pub(crate) fn after_number(&self) -> Result<i64, Problem> {
        let number = self.after().map_or(Some(0), |after| after.parse().ok());
        number.ok_or_else(no_such_page)
    }

    /// The page of a whole list, and where the next begins.
    pub(crate) fn of<T>(
        &self,
        mut all: Vec<T>,
        id: impl Fn(&T) -> &str,
    ) -> Result<(Vec<T>, Option<String>), Problem> {
        let from = match self.after() {
            None => 0,
            Some(after) => {
                let last = all.iter().position(|row| id(row) == after);
                last.ok_or_else(no_such_page)? + 1
            }
        };
        let mut page = all.split_off(from);
        let limit = self.limit_or(MOST);
        let more = page.len() > limit;
        page.truncate(limit);
        let next = page.last().filter(|_| more).map(|row| id(row).to_owned());
        Ok((page, next))
    }
}

/// Where the next page begins, if the store gave as many rows as it was asked for.
pub(crate) fn next<T>(page: &[T], limit: usize, id: impl Fn(&T) -> String) -> Option<String> {
    page.last().filter(|_| page.len() == limit).map(id)
}

fn no_such_page() -> Problem {
    Problem::bad(
        "列表已有变动，请从头读取",
        "the list has changed; read it from its beginning",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(limit: Option<u32>, after: &str) -> Option<(Vec<String>, Option<String>)> {
        let all: Vec<String> = (0..2500).map(|n| format!("r{n}")).collect();
        let after = Some(after.to_owned());
        Paging { limit, after }.of(all, |r| r).ok()
    }

    #[test]
    fn the_pages_of_a_list_are_the_list() {
        for limit in [
            None,
            Some(1),
            Some(7),
            Some(999),
            Some(2500),
            Some(u32::MAX),
        ] {
            let (mut all, mut after, mut pages) = (Vec::new(), String::new(), 0);
            loop {
                let (page, next) = page(limit, &after).unwrap();
                assert!(!page.is_empty() && page.len() <= MOST);
                all.extend(page);
                pages += 1;
                let Some(next) = next else { break };
                after = next;
            }
            let most = limit.map_or(MOST, |n| (n as usize).min(MOST));
            assert_eq!((all.len(), pages), (2500, 2500usize.div_ceil(most)));
            assert!(all.iter().enumerate().all(|(n, r)| *r == format!("r{n}")));
        }
        assert!(page(None, "elsewhere").is_none());
        assert_eq!(page(Some(0), "r3").unwrap().0, ["r4"]);
    }
}
