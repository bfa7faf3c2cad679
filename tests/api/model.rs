//! Random lives of a listing over HTTP, against a model that knows nothing of the program: whatever is tried, in whatever
//! order, is answered as the model says, and the listing is afterwards what the model says, to its owner, to everybody, and
//! to searches.
//!
//! `VPTEX_MODEL_CASES` and `VPTEX_MODEL_SEED` choose how many lives and which.

mod listing;
mod world;

use proptest::collection::vec;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use listing::{Step, steps};
use world::World;

/// Lives in a run of the whole suite.
const CASES: u32 = 40;

/// Steps of one life at the most.
const LONGEST: usize = 48;

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

#[actix_web::test]
async fn every_life_of_a_listing_is_the_models() {
    let mut runner = runner(setting("VPTEX_MODEL_SEED", 1));
    let mut world = World::new().await;
    for case in 0..setting("VPTEX_MODEL_CASES", CASES) {
        let tree = vec(steps(), 1..LONGEST).new_tree(&mut runner).unwrap();
        let life = tree.current();
        if let Err(why) = world.live(&life).await {
            let (life, why) = shortest(&mut world, tree, (life, why)).await;
            panic!("life {case}: {why}, after {life:#?}");
        }
    }
    println!("{} steps, of which {} were refused", world.steps, world.refused);
    assert!(
        world.refused > 0 && world.refused < world.steps,
        "lives that try nothing"
    );
}

/// The shortest life found that differs in the end, and how.
async fn shortest(
    world: &mut World,
    mut tree: impl ValueTree<Value = Vec<Step>>,
    mut worst: (Vec<Step>, String),
) -> (Vec<Step>, String) {
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
