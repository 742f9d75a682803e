//! The same question twice is answered once: the asking side repeats a request whose connection failed,
//! under the same id.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::{answer::Answer, generations::Generations};

/// How many answers are kept.
const ANSWERS_MAX: usize = 10_000;

/// Questions that were asked, by id.
pub(crate) struct Replay {
    questions: Mutex<Generations<Box<str>, Question>>,
}

/// Holds the answer once it is known; without one, whoever should have given it failed.
pub(crate) type Question = watch::Receiver<Option<Answer>>;

/// Whose turn it is.
pub(crate) enum Turn {
    /// Nobody asked before: give the answer here.
    First(Answering),
    /// It is being answered, or was: wait here.
    Again(Question),
}

/// Where the answer is given, once, by whoever is first: by the judgement, or by the clock.
#[derive(Clone)]
pub(crate) struct Answering {
    answer: Arc<watch::Sender<Option<Answer>>>,
}

impl Default for Replay {
    fn default() -> Self {
        Self { questions: Mutex::new(Generations::new(ANSWERS_MAX, |_| 1)) }
    }
}

impl Replay {
    /// Notes a question.
    pub(crate) fn turn(&self, id: &str) -> Turn {
        let mut questions = self.questions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = questions.get(id).filter(is_usable) {
            return Turn::Again(known);
        }
        let (sender, question) = watch::channel(None);
        questions.put(id.into(), question);
        Turn::First(Answering { answer: Arc::new(sender) })
    }
}

/// A failure is not an answer: who asks again may be luckier. A question that nobody answers any more is
/// asked anew as well.
fn is_usable(question: &Question) -> bool {
    match &*question.borrow() {
        Some(Answer::Fail(_)) => false,
        Some(_) => true,
        None => question.has_changed().is_ok(),
    }
}

impl Answering {
    /// Gives the answer.
    ///
    /// # Errors
    ///
    /// If another one was given already, with that one.
    pub(crate) fn give(&self, answer: &Answer) -> Result<(), Answer> {
        let mut earlier = None;
        self.answer.send_if_modified(|given| {
            earlier.clone_from(given);
            given.get_or_insert_with(|| answer.clone());
            earlier.is_none()
        });
        earlier.map_or(Ok(()), Err)
    }

    /// Where to wait for it.
    pub(crate) fn question(&self) -> Question {
        self.answer.subscribe()
    }

    /// Whether anybody waits, besides who may repeat the question.
    pub(crate) fn is_awaited(&self) -> bool {
        self.answer.receiver_count() > 1
    }
}

/// Waits for the answer that somebody else gives.
pub(crate) async fn wait(mut question: Question) -> Option<Answer> {
    question.wait_for(Option::is_some).await.ok()?.clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Failure;

    fn first(replay: &Replay, id: &str) -> Answering {
        let Turn::First(answering) = replay.turn(id) else { panic!() };
        answering
    }

    fn again(replay: &Replay, id: &str) -> Question {
        let Turn::Again(question) = replay.turn(id) else { panic!() };
        question
    }

    #[tokio::test]
    async fn the_second_gets_the_answer_of_the_first() {
        let replay = Replay::default();
        let answering = first(&replay, "a");
        let question = again(&replay, "a");
        assert_eq!(answering.give(&Answer::Allow), Ok(()));
        drop(answering);
        assert_eq!(wait(question).await, Some(Answer::Allow));
        assert_eq!(wait(again(&replay, "a")).await, Some(Answer::Allow), "also later");
        first(&replay, "b");
    }

    #[tokio::test]
    async fn the_first_answer_holds() {
        let replay = Replay::default();
        let answering = first(&replay, "a");
        assert!(!answering.is_awaited(), "it may be repeated, and nobody waits");
        let question = answering.question();
        assert!(answering.is_awaited());
        assert_eq!(answering.give(&Answer::Fail(Failure::OutOfTime)), Ok(()));
        let earlier = Err(Answer::Fail(Failure::OutOfTime));
        assert_eq!(answering.give(&Answer::Allow), earlier);
        assert_eq!(wait(question).await, Some(Answer::Fail(Failure::OutOfTime)));
        first(&replay, "a");
    }

    #[tokio::test]
    async fn a_question_that_nobody_answered_is_asked_anew() {
        let replay = Replay::default();
        let answering = first(&replay, "a");
        let question = again(&replay, "a");
        drop(answering);
        assert_eq!(wait(question).await, None);
        first(&replay, "a");
    }

    #[test]
    fn no_more_answers_are_kept_than_there_is_room_for() {
        let replay = Replay::default();
        for number in 0..3 * ANSWERS_MAX {
            replay.turn(&number.to_string());
        }
        assert!(replay.questions.lock().unwrap().len() <= ANSWERS_MAX);
    }
}
