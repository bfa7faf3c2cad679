//! What is seen of an enterprise that lives: by its people, by officers, by everybody, and by searches.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::enterprise::Term;
use super::enterprise_world::{Life, mission, name, word};
use super::same;
use crate::harness::{Person, Reply, TestApp};

/// What is shown; of a refusal the status alone, since problems name the request.
pub fn shown(reply: Reply) -> Value {
    if reply.status < 300 {
        reply.body
    } else {
        json!(reply.status)
    }
}

/// How often each kind of notice stands in somebody's list.
pub fn kinds(notices: &Value) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for notice in notices["items"].as_array().unwrap() {
        *kinds.entry(notice["kind"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    kinds
}

fn items(page: &Value) -> &[Value] {
    page["items"].as_array().unwrap()
}

/// All entries of a list, page by page; the path has parameters already.
pub async fn all_pages(app: &TestApp, path: &str, by: &Person) -> Vec<Value> {
    let (mut all, mut next) = (Vec::new(), String::new());
    loop {
        let page = app.get(&format!("{path}{next}")).by(by).expect(200).await;
        all.extend_from_slice(items(&page.body));
        match page.body["page"]["next"].as_str() {
            Some(after) => next = format!("&after={after}"),
            None => return all,
        }
    }
}

impl Life<'_> {
    async fn read(&self, path: &str, by: Option<&Person>) -> Reply {
        let call = self.world.app.get(path);
        match by {
            Some(person) => call.by(person).send().await,
            None => call.send().await,
        }
    }

    /// What its people see of it, and what the trail has about it: the enterprise, its listings, its documents, and what they
    /// were told.
    pub async fn insiders(&self) -> Vec<Value> {
        let owner = Some(&self.owner);
        let mut seen = vec![shown(self.read("/me/notices?limit=100", owner).await)];
        if self.model.merged.is_none() {
            for path in [self.path(""), self.path("/amendment"), self.path("/documents")] {
                seen.push(shown(self.read(&path, owner).await));
            }
            seen.push(shown(self.read("/me/listings?limit=100", owner).await));
        }
        seen.push(json!(self.world.app.deeds(&self.id).len()));
        seen
    }

    /// Which of its listings everybody sees.
    pub fn public_posts(&self) -> Vec<bool> {
        let posts = self.model.posts.iter();
        posts.map(|post| post.is_public(self.model.status)).collect()
    }

    /// Whether everybody sees what the model says.
    pub async fn is_as_it_is_seen(&self) -> Result<(), String> {
        let model = &self.model;
        let told = self.read("/me/notices?limit=100", Some(&self.owner)).await;
        same("what its owner was told", &kinds(&told.body), &model.notices)?;
        let page = self.read(&self.path(""), None).await;
        same("the page", page.status, model.public())?;
        for ((id, _), is_public) in self.posts.iter().zip(self.public_posts()) {
            let listing = self.read(&format!("/listings/{id}"), None).await;
            same("a listing", listing.status, if is_public { 200 } else { 404 })?;
        }
        if model.merged.is_some() {
            for person in [&self.owner, &self.world.officer, &self.world.stranger] {
                let moved = self.read(&self.path(""), Some(person)).await;
                same("the way to the other one", moved.status, 308)?;
            }
            return Ok(());
        }
        if page.status == 200 {
            self.page_is_the_models(&page)?;
        }
        self.is_in_the_directory().await?;
        self.insiders_see_the_models().await?;
        same("what waits", &self.queue().await, &model.queue())
    }

    fn page_is_the_models(&self, page: &Reply) -> Result<(), String> {
        same("the public name", page.text("/legal_name"), &name(self.model.name))?;
        let live = self.public_posts().into_iter().filter(|is_public| *is_public).count();
        same("how many are live", &page.body["live_listings"], &json!(live))?;
        same(
            "the public verification",
            page.text("/verification/state"),
            self.verification(),
        )?;
        for hidden in [
            "/verification/renewal",
            "/verification/documents",
            "/amendment",
            "/decision",
        ] {
            same(hidden, page.body.pointer(hidden), None)?;
        }
        Ok(())
    }

    fn verification(&self) -> &'static str {
        match self.model.term {
            Term::NotBegun => "unverified",
            Term::Long | Term::Near => "verified",
            Term::Over { .. } => "expired",
        }
    }

    async fn is_in_the_directory(&self) -> Result<(), String> {
        let path = format!("/enterprises?limit=100&q={}", word(self.model.name));
        let found = self.read(&path, None).await;
        let is_found = items(&found.body).iter().any(|one| one["id"] == self.id.as_str());
        same("in the directory", is_found, self.model.public() == 200)
    }

    /// Its owner and the officer see the same enterprise, its listings and its documents as they stand.
    async fn insiders_see_the_models(&self) -> Result<(), String> {
        let model = &self.model;
        for person in [&self.owner, &self.world.officer] {
            let seen = self.read(&self.path(""), Some(person)).await;
            same("the status for insiders", seen.status, 200)?;
            same("where it stands", seen.text("/status"), model.status)?;
            same("its name", seen.text("/legal_name"), &name(model.name))?;
            let said = model.mission.map_or(Value::Null, |text| json!(mission(text)));
            same("its mission", &seen.body["mission"], &said)?;
            same("its version", seen.number("/version"), model.version)?;
            same(
                "its verification",
                seen.text("/verification/state"),
                self.verification(),
            )?;
            let renewal = seen.body["verification"]["renewal"].as_str();
            same("its renewal", renewal, model.renewal)?;
            let wish = seen.body["amendment"]["status"].as_str();
            same("its request", wish, model.wish.map(|(status, _)| status))?;
            let counts = &seen.body["verification"]["documents"];
            same("its documents", counts, &self.counts())?;
        }
        self.wish_is_the_models().await?;
        let own = self.read("/me/listings?limit=100", Some(&self.owner)).await;
        for ((id, _), post) in self.posts.iter().zip(&model.posts) {
            let item = items(&own.body).iter().find(|item| item["id"] == id.as_str());
            let item = item.ok_or("a listing is not in its owner's list")?;
            same("a listing's status", item["status"].as_str(), Some(post.status))?;
        }
        let papers = self.read(&self.path("/documents"), Some(&self.world.officer)).await;
        self.papers_are_the_models(&papers)
    }

    fn counts(&self) -> Value {
        let count = |status: &str| {
            let papers = self.model.papers.iter();
            papers
                .filter(|paper| !paper.is_removed && paper.status() == status)
                .count()
        };
        json!({
            "submitted": count("submitted"), "accepted": count("accepted"), "refused": count("refused"),
            "expired": count("expired"),
        })
    }

    async fn wish_is_the_models(&self) -> Result<(), String> {
        let read = self.read(&self.path("/amendment"), Some(&self.world.officer)).await;
        let Some((status, text)) = self.model.wish else {
            return same("no request", read.status, 404);
        };
        same("the request", read.status, 200)?;
        same("the request's status", read.text("/status"), status)?;
        same("what is to change", read.text("/changes/0/pointer"), "/legal_name")?;
        same("the name that is asked for", read.text("/changes/0/after"), &name(text))
    }

    fn papers_are_the_models(&self, seen: &Reply) -> Result<(), String> {
        same("the documents", seen.status, 200)?;
        let there = items(&seen.body);
        let papers = || {
            self.papers
                .iter()
                .zip(&self.model.papers)
                .filter(|(_, paper)| !paper.is_removed)
        };
        same("how many documents", there.len(), papers().count())?;
        for (id, paper) in papers() {
            let item = there.iter().find(|item| item["id"] == id.as_str());
            let item = item.ok_or("a document is not in the list")?;
            let last = paper.last.map_or(Value::Null, |days| json!(self.day(days)));
            let is = (&item["kind"], &item["status"], &item["valid_to"], &item["version"]);
            let expected = (&json!(paper.kind), &json!(paper.status()), &last, &json!(paper.version));
            same("a document", is, expected)?;
        }
        Ok(())
    }

    /// Which of its things wait for officers, by type.
    async fn queue(&self) -> Vec<String> {
        let is_own = |item: &&Value| {
            let is_own_listing = self.posts.iter().any(|(id, _)| item["listing"]["id"] == id.as_str());
            is_own_listing || item["enterprise"]["id"] == self.id.as_str()
        };
        let all = all_pages(&self.world.app, "/moderation/queue?limit=100", &self.world.officer).await;
        let own = all.iter().filter(is_own);
        let mut waiting: Vec<String> = own.map(|item| item["type"].as_str().unwrap().to_owned()).collect();
        waiting.sort_unstable();
        waiting
    }

    /// What everybody saw a moment ago and sees no more is found no more, though the index may not have heard of it yet.
    pub async fn is_hidden_at_once(&self, was_public: &[bool]) -> Result<(), String> {
        for (number, is_public) in self.public_posts().into_iter().enumerate() {
            let (id, word) = &self.posts[number];
            if was_public[number] && !is_public {
                let found = self.world.app.found(word).await;
                same("found though hidden", found.contains(id), false)?;
            }
        }
        Ok(())
    }

    /// Searches find exactly those of its listings that are public; nobody else was told anything.
    pub async fn is_found_as_it_is_seen(&self) -> Result<(), String> {
        self.world.app.settle().await;
        let public = self.public_posts();
        for ((id, word), is_public) in self.posts.iter().zip(&public) {
            let found = self.world.app.found(word).await;
            same(&format!("{word} is found"), found.contains(id), *is_public)?;
        }
        if self.model.merged.is_none() {
            let path = format!("/search?enterprise={}", self.id);
            let all = self.read(&path, None).await;
            let live = public.into_iter().filter(|is_public| *is_public).count();
            same("all that it offers", items(&all.body).len(), live)?;
        }
        let told = self.read("/me/notices", Some(&self.editor)).await;
        same("what its editor was told", items(&told.body).len(), 0)
    }
}
