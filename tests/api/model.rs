//! Random lives over HTTP, each against a model that knows nothing of the program: whatever is tried, in whatever order, by
//! whomever, is answered as the model says, and things are afterwards what the model says, to whom they belong, to officers, to
//! everybody, and to searches. What is refused changes nothing. What is covered is told in docs/architecture.md.
//!
//! `VPTEX_MODEL_CASES` and `VPTEX_MODEL_SEED` choose how many lives and which.

mod duties;
mod duties_world;
mod enterprise;
mod enterprise_view;
mod enterprise_world;
mod listing;
mod papers;
mod posts;
mod rights;
mod world;

use std::fmt::Debug;

use proptest::collection::vec;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::harness::Reply;

/// Shorter lives that are tried when one fails, to tell the shortest.
const SHRINKS: usize = 120;

#[expect(clippy::disallowed_methods, reason = "settings of this test alone")]
pub fn setting(name: &str, default: u32) -> u32 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

pub fn runner(seed: u32) -> TestRunner {
    let mut bytes = [7; 32];
    bytes[..4].copy_from_slice(&seed.to_le_bytes());
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// How something is answered: the status, and the code where it is refused.
type Answer = (u16, String);

/// What a model says of something that is tried: the status, or status and code of the refusal.
type Outcome = Result<u16, (u16, &'static str)>;

fn answer_of(reply: &Reply) -> Answer {
    let is_done = reply.status < 300;
    (
        reply.status,
        if is_done {
            String::new()
        } else {
            reply.code().to_owned()
        },
    )
}

fn expected(outcome: Outcome) -> Answer {
    match outcome {
        Ok(status) => (status, String::new()),
        Err((status, code)) => (status, code.to_owned()),
    }
}

fn refuse(is_refused: bool, with: (u16, &'static str)) -> Result<(), (u16, &'static str)> {
    if is_refused { Err(with) } else { Ok(()) }
}

const UNAUTHENTICATED: (u16, &str) = (401, "unauthenticated");
const FORBIDDEN: (u16, &str) = (403, "forbidden");
const NOT_ACTIVE: (u16, &str) = (403, "enterprise_not_active");
const NOT_FOUND: (u16, &str) = (404, "not_found");
const ENTERPRISE_STATUS: (u16, &str) = (409, "enterprise_wrong_status");
const LISTING_STATUS: (u16, &str) = (409, "listing_wrong_status");
const REVISION_STATUS: (u16, &str) = (409, "revision_wrong_status");
const REVISION_OUTDATED: (u16, &str) = (409, "revision_outdated");
const DECIDED: (u16, &str) = (409, "already_decided");
const CLAIMED: (u16, &str) = (409, "claimed_by_another");
const SECOND_PERSON: (u16, &str) = (403, "second_person_required");
const EARLY: (u16, &str) = (409, "too_early");
const HELD: (u16, &str) = (409, "listing_held");
const STALE: (u16, &str) = (412, "stale_version");
const INVALID: (u16, &str) = (422, "validation_failed");

/// What was tried so far.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    steps: u32,
    refused: u32,
}

impl Count {
    fn add(&mut self, status: u16) {
        self.steps += 1;
        self.refused += u32::from(status >= 300);
    }
}

/// An exchange in which lives are lived.
trait World<S> {
    /// Lives a life; says where it is not the model's.
    async fn live(&mut self, life: &[S]) -> Result<(), String>;

    fn count(&self) -> Count;
}

/// Lives so many lives of so many steps at the most.
#[expect(clippy::print_stdout, reason = "the lives are shown when one of them fails")]
async fn every_life_is_the_models<S: Clone + Debug>(
    world: &mut impl World<S>,
    steps: impl Strategy<Value = S>,
    (lives, longest): (u32, usize),
) {
    let seed = setting("VPTEX_MODEL_SEED", 1);
    let mut runner = runner(seed);
    let all = vec(steps, 1..longest);
    for case in 0..setting("VPTEX_MODEL_CASES", lives) {
        let tree = all.new_tree(&mut runner).unwrap();
        let life = tree.current();
        println!("seed {seed}, life {case}: {life:?}");
        if let Err(why) = world.live(&life).await {
            let (life, why) = shortest(world, tree, (life, why)).await;
            panic!("seed {seed}, life {case}: {why}, after {life:#?}");
        }
    }
    let Count { steps, refused } = world.count();
    println!("{steps} steps, of which {refused} were refused");
    assert!(refused > 0 && refused < steps, "lives that try nothing");
}

/// The shortest life found that differs in the end, and how.
async fn shortest<S: Clone + Debug>(
    world: &mut impl World<S>,
    mut tree: impl ValueTree<Value = Vec<S>>,
    mut worst: (Vec<S>, String),
) -> (Vec<S>, String) {
    let mut goes_on = tree.simplify();
    for _ in 0..SHRINKS {
        if !goes_on {
            break;
        }
        let life = tree.current();
        goes_on = match world.live(&life).await {
            Err(why) => {
                worst = (life, why);
                tree.simplify()
            }
            Ok(()) => tree.complicate(),
        };
    }
    worst
}

fn same<T: PartialEq + Debug>(what: &str, is: T, expected: T) -> Result<(), String> {
    if is == expected {
        Ok(())
    } else {
        Err(format!("{what} is {is:?}, and the model says {expected:?}"))
    }
}

#[actix_web::test]
async fn every_life_of_a_listing_is_the_models() {
    let mut world = world::World::new().await;
    every_life_is_the_models(&mut world, listing::steps(), (40, 48)).await;
}

#[actix_web::test]
async fn every_life_of_an_enterprise_is_the_models() {
    let mut world = enterprise_world::World::new(2).await;
    every_life_is_the_models(&mut world, enterprise::steps(), (14, 40)).await;
}

#[actix_web::test]
async fn every_life_of_an_enterprises_documents_is_the_models() {
    let mut world = enterprise_world::World::new(0).await;
    every_life_is_the_models(&mut world, papers::steps(), (12, 32)).await;
}

#[actix_web::test]
async fn every_life_of_what_the_law_asks_about_a_listing_is_the_models() {
    let mut world = duties_world::World::new().await;
    every_life_is_the_models(&mut world, duties::steps(), (10, 36)).await;
}
