//! Messages from the command line and on the desk: the team's own templates, what is wrong with them, a contact who has
//! opted out, and the person's own editor.

use std::os::unix::fs::PermissionsExt;

use super::office::{Office, TUESDAY};
use super::quit;

fn given() -> Office {
    let office = Office::new();
    office.done("Dana Reyes", TUESDAY, &["assign", "H-1", "--to", "Sam Ortiz"]);
    office.done("Sam Ortiz", TUESDAY, &["accept", "H-1"]);
    office
}

/// Exit status, standard output, standard error.
fn message(office: &Office, arguments: &[&str]) -> (Option<i32>, String, String) {
    let all: Vec<_> = ["message"].into_iter().chain(arguments.iter().copied()).collect();
    let output = office.run("Sam Ortiz", TUESDAY, &all);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn own(office: &Office, name: &str, text: &str) {
    let folder = office.place("config").join("templates");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), text).unwrap();
}

#[test]
fn the_first_message_is_whole_and_a_follow_up_says_what_it_lacks() {
    let office = given();
    let (status, text, said) = message(&office, &["H-1", "--template", "first_message"]);
    assert_eq!((status, said.as_str()), (Some(0), ""), "{text}");
    assert!(text.starts_with("Subject: Alder Labs opens a second plant\n\nHi Sarah,\n"), "{text}");
    assert!(text.contains("on Friday 13 November at 10:00") && text.ends_with("Sam\n"), "{text}");
    let (status, _, said) = message(&office, &["H-1", "--template", "welcome"]);
    assert_eq!(status, Some(0));
    assert!(said.contains("welcome: Not known and marked in the text: "), "{said}");
    let (status, _, said) = message(&office, &["H-1", "--template", "frist_message"]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("did you mean first_message?"), "{said}");
}

#[test]
fn what_is_wrong_with_a_template_names_file_line_and_variable() {
    let office = given();
    own(
        &office,
        "first_message.txt",
        "Hi {{ contact.first_name }},\n\nat {{ acount.name }} all is well.\n",
    );
    own(
        &office,
        "nudge.txt",
        "{% for x in range(9999) %}{% for y in range(9999) %}{% endfor %}{% endfor %}",
    );
    let (status, text, said) = message(&office, &["H-1", "--template", "first_message"]);
    assert_eq!((status, text.as_str()), (Some(2), ""));
    assert!(
        said.contains(
            "first_message.txt, line 3: acount.name is not known; did you mean account.name?"
        ),
        "{said}"
    );
    let (status, _, said) = message(&office, &["H-1", "--template", "nudge"]);
    assert_eq!(status, Some(2));
    assert!(
        said.contains(
            "nudge.txt, line 1: in the loop over y it takes too many steps; shorten its loops."
        ),
        "{said}"
    );
    // Both show before anybody needs them.
    let (status, _, said) = message(&office, &["--check"]);
    assert_eq!((status, said.lines().count()), (Some(2), 2), "{said}");
    let policy = office.run("", TUESDAY, &["policy", "check"]);
    let said = String::from_utf8_lossy(&policy.stderr).into_owned();
    assert_eq!(policy.status.code(), Some(2));
    for told in [
        "first_message.txt, line 3: acount.name is not known",
        "nudge.txt, line 1: in the loop over y",
    ] {
        assert!(said.contains(told), "{said}");
    }
    let mut sam = office.desk("Sam Ortiz", TUESDAY, (100, 30));
    sam.wait_for("Mine · 1");
    sam.keys("m");
    sam.wait_for("line 3: acount.name is not known");
    sam.keys("\x1b");
    sam.wait_until("the message is closed", |screen| !screen.contents().contains("First message"));
    quit(sam);
}

#[test]
fn a_template_of_the_teams_own_is_offered_and_may_stand_in_a_policy() {
    let office = given();
    own(&office, "spring_offer.txt", "Subject: Spring\n\nHi {{ contact.first_name }}!\n");
    let (status, text, _) = message(&office, &["H-1", "--template", "spring_offer"]);
    assert_eq!((status, text.as_str()), (Some(0), "Subject: Spring\n\nHi Sarah!\n"));
    let policy = office.place("try.toml");
    let text =
        "[playbooks.abm]\nsequence = [ { day = 2, channel = \"email\", template = \"NAME\" } ]\n";
    std::fs::write(&policy, text.replace("NAME", "spring_offer")).unwrap();
    let path = policy.to_str().unwrap();
    assert!(office.run("", TUESDAY, &["policy", "check", path]).status.success());
    std::fs::write(&policy, text.replace("NAME", "summer_offer")).unwrap();
    let output = office.run("", TUESDAY, &["policy", "check", path]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said.contains("try.toml:2:") && said.contains("\"summer_offer\" is not a message template"),
        "{said}"
    );
}

#[test]
fn who_has_opted_out_gets_no_mail_and_is_called() {
    let office = given();
    let file = office.place("contacts-2.csv");
    let text =
        "account_domain,name,email,email_opt_out\na0.example,Sarah Holt,sarah@a0.example,yes\n";
    std::fs::write(&file, text).unwrap();
    office.done("", TUESDAY, &["import", file.to_str().unwrap()]);
    let (status, text, said) = message(&office, &["H-1", "--template", "first_message"]);
    assert_eq!((status, text.as_str()), (Some(4), ""));
    assert!(said.contains("Sarah Holt has opted out of e-mail."), "{said}");
    let touch = |channel| {
        office.run("Sam Ortiz", TUESDAY, &["touch", "H-1", "--channel", channel]).status.code()
    };
    assert_eq!((touch("email"), touch("call")), (Some(4), Some(0)));
    let replied = ["touch", "H-1", "--channel", "email", "--outcome", "replied"];
    office.done("Sam Ortiz", TUESDAY, &replied);
    assert_eq!(office.show("H-1")["stage"], "engaged");
    assert_eq!(
        office.show("H-1")["sequence"],
        serde_json::json!([]),
        "an answer ends the sequence"
    );
}

#[test]
fn the_persons_editor_gets_the_terminal_and_no_key_is_lost() {
    let office = given();
    let editor = office.place("editor");
    // It tells that it has the terminal, waits for a line of its own, and changes the text.
    let script =
        "#!/bin/sh\nprintf 'name please: '\nread -r name\nsed -i \"s/Hi Sarah/Hi $name/\" \"$1\"\n";
    std::fs::write(&editor, script).unwrap();
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o700)).unwrap();
    let more = [("EDITOR", editor.to_str().unwrap()), ("PATH", "/usr/bin:/bin")];
    let mut sam = office.desk_with("Sam Ortiz", TUESDAY, (100, 30), &more);
    sam.wait_for("Mine · 1");
    sam.keys("m");
    sam.wait_for("Hi Sarah,");
    sam.keys("E");
    sam.wait_for("name please:");
    sam.keys("Mrs Holt\n");
    sam.wait_for("Hi Mrs Holt,");
    sam.wait_for("changed");
    sam.keys("y");
    sam.wait_for("Copied the first message for H-1");
    sam.keys("\x1b");
    sam.wait_until("the message is closed", |screen| !screen.contents().contains("First message"));
    quit(sam);
    let left = std::fs::read_dir(office.place("state")).unwrap().flatten();
    assert!(
        left.into_iter().all(|entry| !entry.file_name().to_string_lossy().starts_with("edit-"))
    );
}
