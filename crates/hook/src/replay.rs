//! The same question twice is answered once: the asking side repeats a request whose connection failed,
//! under the same id.

use std::{
    collections::BTreeMap,
    mem,
    sync::{Mutex, PoisonError},
};

use tokio::sync::watch;

use crate::answer::Answer;

/// How many answers are kept, in two generations as in [`crate::memory`].
const ANSWERS_MAX: usize = 10_000;

/// Questions that were asked, by id.
#[derive(Default)]
pub(crate) struct Replay {
    generations: Mutex<Generations>,
}

#[derive(Default)]
struct Generations {
    young: BTreeMap<Box<str>, Question>,
    old: BTreeMap<Box<str>, Question>,
}

/// Holds the answer once it is known; without one, whoever should have given it failed.
type Question = watch::Receiver<Option<Answer>>;

/// Whose turn it is.
pub(crate) enum Turn {
    /// Nobody asked before: give the answer here.
    First(watch::Sender<Option<Answer>>),
    /// It is being answered, or was: wait here.
    Again(Question),
}

impl Replay {
    /// Notes a question.
    pub(crate) fn turn(&self, id: &str) -> Turn {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        let known = generations.young.get(id).or_else(|| generations.old.get(id));
        // A question that nobody answers any more is asked anew.
        let usable = |known: &&Question| known.borrow().is_some() || known.has_changed().is_ok();
        if let Some(known) = known.filter(usable) {
            return Turn::Again(known.clone());
        }
        let (sender, question) = watch::channel(None);
        if generations.young.len() >= ANSWERS_MAX / 2 {
            generations.old = mem::take(&mut generations.young);
        }
        generations.young.insert(id.into(), question);
        Turn::First(sender)
    }
}

/// Waits for the answer that somebody else gives.
pub(crate) async fn wait(mut question: Question) -> Option<Answer> {
    question.wait_for(Option::is_some).await.ok()?.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_second_gets_the_answer_of_the_first() {
        let replay = Replay::default();
        let Turn::First(sender) = replay.turn("a") else { panic!() };
        let Turn::Again(question) = replay.turn("a") else { panic!() };
        sender.send_replace(Some(Answer::Allow));
        drop(sender);
        assert_eq!(wait(question).await, Some(Answer::Allow));
        let Turn::Again(question) = replay.turn("a") else { panic!() };
        assert_eq!(wait(question).await, Some(Answer::Allow), "also later");
        assert!(matches!(replay.turn("b"), Turn::First(_)));
    }

    #[tokio::test]
    async fn a_question_that_nobody_answered_is_asked_anew() {
        let replay = Replay::default();
        let Turn::First(sender) = replay.turn("a") else { panic!() };
        let Turn::Again(question) = replay.turn("a") else { panic!() };
        drop(sender);
        assert_eq!(wait(question).await, None);
        assert!(matches!(replay.turn("a"), Turn::First(_)));
    }

    #[test]
    fn no_more_answers_are_kept_than_there_is_room_for() {
        let replay = Replay::default();
        for number in 0..3 * ANSWERS_MAX {
            replay.turn(&number.to_string());
        }
        let generations = replay.generations.lock().unwrap();
        assert!(generations.young.len() + generations.old.len() <= ANSWERS_MAX);
    }
}
