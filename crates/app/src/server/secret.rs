//! Passwords and tokens.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use junheng_core::text::Text;
use sha2::{Digest, Sha256};

use super::problem::Problem;

/// Fewest characters of a password.
const SHORTEST: usize = 10;
/// Most bytes of a password: hashing a book would hold up the others.
const LONGEST: usize = 256;
/// Fewest of: small letters, capitals, digits, others.
const CLASSES: usize = 3;
/// Beginnings and wholes that everybody tries first.
const COMMON: &[&str] = &[
    "password", "passw0rd", "p@ssw0rd", "p@ssword", "qwerty", "admin", "123456", "abc123",
    "1q2w3e", "iloveyou", "welcome", "letmein", "junheng", "jiaoyu", "woaini", "aa123456",
];

/// Random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Problem::because("random"))?;
    Ok(bytes)
}

/// 256 random bits in hexadecimal.
pub(crate) fn token() -> Result<String, Problem> {
    Ok(hex(&bytes::<32>()?))
}

/// An id: 128 random bits in hexadecimal.
pub(crate) fn id() -> Result<String, Problem> {
    token().map(|t| t[..32].to_owned())
}

/// What the store keeps of a token.
pub(crate) fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The bytes of a hexadecimal text of ours.
pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let digit = |c: char| c.to_digit(16).unwrap_or_default() as u8;
    let digits: Vec<u8> = text.chars().map(digit).collect();
    digits
        .chunks(2)
        .map(|d| d.iter().fold(0, |byte, d| byte << 4 | d))
        .collect()
}

/// Argon2id of a password, with its salt and parameters. Takes tens of milliseconds: run it on a
/// blocking thread.
pub(crate) fn hash(password: &str) -> Result<String, Problem> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|h| h.to_string())
        .map_err(Problem::because("argon2"))
}

/// Whether a password belongs to a hash.
pub(crate) fn holds(password: &str, hash: &str) -> bool {
    password.len() <= LONGEST
        && Argon2::default()
            .verify_password(password.as_bytes(), hash)
            .is_ok()
}

/// Why a password will not do; nothing where it will.
pub(crate) fn weakness(password: &str, login: &str) -> Option<Text> {
    let classes: [fn(&char) -> bool; 4] = [
        char::is_ascii_lowercase,
        char::is_ascii_uppercase,
        char::is_ascii_digit,
        |c| !c.is_ascii_alphanumeric(),
    ];
    let used = classes
        .iter()
        .filter(|class| password.chars().any(|c| class(&c)))
        .count();
    let plain = password.to_lowercase();
    if password.chars().count() < SHORTEST {
        return Some(Text::new(
            format!("密码至少 {SHORTEST} 个字符"),
            format!("a password has at least {SHORTEST} characters"),
        ));
    }
    if password.len() > LONGEST {
        return Some(Text::new("密码太长", "the password is too long"));
    }
    if used < CLASSES {
        return Some(Text::new(
            "密码须含小写字母、大写字母、数字、其他符号中的至少三类",
            "a password mixes at least three of small letters, capitals, digits and other signs",
        ));
    }
    let guessable = COMMON.iter().any(|c| plain.starts_with(c))
        || (!login.is_empty() && plain.contains(&login.to_lowercase()));
    guessable.then(|| {
        Text::new(
            "密码太常见，或含有用户名",
            "the password is a common one, or contains the login",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statement_3_passwords() {
        for weak in [
            "Ab1!",
            "abcdefghij",
            "abcdefghi1",
            "Password123!",
            "x1A-lihua-x",
        ] {
            assert!(weakness(weak, "lihua").is_some(), "{weak}");
        }
        assert!(weakness("Lan-tian-2025", "lihua").is_none());
        assert!(weakness("清溪河边的柳树Aa1", "lihua").is_none());
        let hash = hash("Lan-tian-2025").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(holds("Lan-tian-2025", &hash));
        assert!(!holds("Lan-tian-2026", &hash));
    }
}
