//! Hashing of passwords: argon2id in a few threads of its own with a short queue, so that a flood of sign-ins costs
//! the flood its answers and nobody else anything.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tracing::warn;

use super::{Error, Result};

type Task = Box<dyn FnOnce(&Argon2<'static>) + Send>;

/// How costly a hash is, and how many may be made at once.
#[derive(Clone, Copy, Debug)]
pub struct HashSettings {
    /// KiB of memory.
    pub memory_kib: u32,
    /// Passes.
    pub iterations: u32,
    /// Lanes.
    pub parallelism: u32,
    /// Threads.
    pub threads: usize,
    /// Hashes that may wait.
    pub queue: usize,
}

/// How long a hash may take in all, waiting included: seconds, because a processor that does other work lets a hash wait,
/// and whoever signs in then would rather wait than be sent away. The length of the queue bounds what a flood costs.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a comparison gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// Another password, or nobody's.
    Wrong,
    /// The right one, hashed as hashes are made today.
    Right,
    /// The right one, hashed with other settings: to be hashed anew while it is at hand.
    Outdated,
}

/// The hashing threads.
pub struct Hasher {
    queue: SyncSender<Task>,
    dummy: String,
}

impl Hasher {
    /// Starts the threads.
    pub fn start(settings: HashSettings) -> Result<Self> {
        let params = Params::new(settings.memory_kib, settings.iterations, settings.parallelism, None)
            .map_err(Error::internal)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let dummy = hash_with(&argon2, "a password that nobody has")?;
        let (queue, tasks) = sync_channel::<Task>(settings.queue.max(1));
        let tasks = Arc::new(Mutex::new(tasks));
        for i in 0..settings.threads.max(1) {
            let (tasks, argon2) = (tasks.clone(), argon2.clone());
            std::thread::Builder::new()
                .name(format!("password-hash-{i}"))
                .spawn(move || work(&tasks, &argon2))
                .map_err(Error::internal)?;
        }
        Ok(Self { queue, dummy })
    }

    /// Hashes a password; gives its PHC string.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move |argon2| hash_with(argon2, &password)).await?
    }

    /// Compares a password with a PHC string. Without one (an unknown account) as much is computed for nothing, so
    /// that the time of the answer does not tell who has an account.
    ///
    /// What this does not hide: a hash of other settings than today's costs what those cost. After a change of the
    /// settings the time tells which accounts exist and have not signed in since; each becomes like the others with its
    /// next sign-in, which is when its password is hashed anew.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<Verified> {
        let is_known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.dummy.clone());
        let verified = self.run(move |argon2| verify_with(argon2, &password, &hash)).await?;
        Ok(if is_known { verified } else { Verified::Wrong })
    }

    /// Hashes on the calling thread: for the command line.
    pub fn hash_blocking(settings: HashSettings, password: &str) -> Result<String> {
        let params = Params::new(settings.memory_kib, settings.iterations, settings.parallelism, None)
            .map_err(Error::internal)?;
        hash_with(&Argon2::new(Algorithm::Argon2id, Version::V0x13, params), password)
    }

    async fn run<T: Send + 'static>(&self, task: impl FnOnce(&Argon2<'static>) -> T + Send + 'static) -> Result<T> {
        let (sender, receiver) = oneshot::channel();
        let task: Task = Box::new(move |argon2| {
            // Whoever gave up waiting is not worth a hash.
            if !sender.is_closed() {
                drop(sender.send(task(argon2)));
            }
        });
        self.queue
            .try_send(task)
            .map_err(|_full| Error::busy("the password queue is full"))?;
        match tokio::time::timeout(PATIENCE, receiver).await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(_)) | Err(_) => Err(Error::busy("no password thread came free in time")),
        }
    }
}

/// Lets the threads go first that answer requests: a flood of sign-ins keeps all processors busy, and what waits for one
/// waits for a whole time slice of a hash. By five steps (a quarter of a processor's time beside one thread that never
/// rests) and not by all nineteen (a seventieth), at which nobody could sign in while a long job kept the processors busy.
/// Only Linux has priorities of single threads.
#[cfg(target_os = "linux")]
fn step_back() {
    if let Err(error) = rustix::process::nice(5) {
        warn!(%error, "password threads keep their priority");
    }
}

#[cfg(not(target_os = "linux"))]
fn step_back() {}

fn work(tasks: &Mutex<Receiver<Task>>, argon2: &Argon2<'static>) {
    step_back();
    loop {
        let task = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match task {
            // A panic in one hash must not cost the thread; the waiting caller sees its sender dropped.
            Ok(task) => drop(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| task(argon2)))),
            Err(_) => return,
        }
    }
}

fn hash_with(argon2: &Argon2<'_>, password: &str) -> Result<String> {
    let hash: PasswordHash = argon2.hash_password(password.as_bytes()).map_err(Error::internal)?;
    Ok(hash.to_string())
}

fn verify_with(argon2: &Argon2<'_>, password: &str, hash: &str) -> Verified {
    let Ok(hash) = PasswordHash::new(hash) else {
        return Verified::Wrong;
    };
    if argon2.verify_password(password.as_bytes(), &hash).is_err() {
        return Verified::Wrong;
    }
    let today = argon2.params();
    let is_todays = Params::try_from(&hash).is_ok_and(|params| {
        (params.m_cost(), params.t_cost(), params.p_cost()) == (today.m_cost(), today.t_cost(), today.p_cost())
    });
    if is_todays { Verified::Right } else { Verified::Outdated }
}

/// A password that nobody can guess: 25 characters of base 32 (125 bits), in groups that can be read out.
pub fn random_password() -> Result<String> {
    random_code(25, 5)
}

/// Random letters and digits, five bits each, in groups that can be read out; none that look alike.
pub(super) fn random_code(length: usize, group: usize) -> Result<String> {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = vec![0_u8; length];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_unspecified| Error::internal("no random numbers"))?;
    let letters: Vec<char> = bytes
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)))
        .map(|byte| char::from(*byte))
        .collect();
    Ok(letters
        .chunks(group)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: HashSettings = HashSettings {
        memory_kib: 8,
        iterations: 1,
        parallelism: 1,
        threads: 1,
        queue: 8,
    };

    #[actix_web::test]
    async fn a_hash_of_other_settings_is_right_and_outdated() {
        let old = Hasher::hash_blocking(CHEAP, "trời hôm nay xanh quá").unwrap();
        let dearer = Hasher::start(HashSettings { iterations: 2, ..CHEAP }).unwrap();
        let ask = async |password: &str, hash: Option<&str>| {
            dearer.verify(password.into(), hash.map(str::to_owned)).await.unwrap()
        };
        assert_eq!(ask("trời hôm nay xanh quá", Some(&old)).await, Verified::Outdated);
        assert_eq!(ask("trời hôm nay xám quá", Some(&old)).await, Verified::Wrong);
        let new = dearer.hash("trời hôm nay xanh quá".into()).await.unwrap();
        assert_eq!(ask("trời hôm nay xanh quá", Some(&new)).await, Verified::Right);
        // The password of the dummy opens nothing.
        assert_eq!(ask("a password that nobody has", None).await, Verified::Wrong);
        assert_eq!(ask("x", Some("no hash")).await, Verified::Wrong);
    }
}
