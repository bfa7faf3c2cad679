//! Opinions on the technology of projects (ý kiến về công nghệ dự án đầu tư): whom the Department asks before it
//! gives one, and the register of those that were given.

pub mod consulting;
pub mod opinions;
