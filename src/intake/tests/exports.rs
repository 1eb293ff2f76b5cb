//! Exports of other programs, written for this project with the quirks of real ones (`FORMATS.md 2`).

use std::collections::BTreeMap;

use rstest::rstest;

use super::*;
use crate::domain::account::Relation;
use crate::domain::deal::DealStage;
use crate::domain::person::Role;

/// Drafts by kind.
fn counts(drafts: &[Drafted]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for drafted in drafts {
        *counts.entry(drafted.draft.kind().key()).or_insert(0) += 1;
    }
    counts
}

/// What the file was recognised as, its drafts and its notes; no row may be refused.
fn all(text: impl Into<Vec<u8>>, name: &str) -> (String, Vec<Drafted>, Vec<String>) {
    let mut input = open_dated(text, name);
    let summary = input.summary();
    let mut drafts = Vec::new();
    for item in input.by_ref() {
        drafts.push(item.unwrap_or_else(|problem| panic!("{name}: {problem}")));
    }
    (summary, drafts, input.notes())
}

fn open_dated(text: impl Into<Vec<u8>>, name: &str) -> Input {
    let mut options = Options::new(chrono_tz::UTC);
    options.file_date = Some(crate::domain::time::Instant(1_790_000_000_000));
    open_with(text, name, &options).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn account(drafted: &Drafted) -> &AccountDraft {
    match &drafted.draft {
        Draft::Account(account) => account,
        other => panic!("{other:?}"),
    }
}

fn contact(drafted: &Drafted) -> &ContactDraft {
    match &drafted.draft {
        Draft::Contact(contact) => contact,
        other => panic!("{other:?}"),
    }
}

fn deal(drafted: &Drafted) -> &DealDraft {
    match &drafted.draft {
        Draft::Deal(deal) => deal,
        other => panic!("{other:?}"),
    }
}

fn signal(drafted: &Drafted) -> &SignalDraft {
    match &drafted.draft {
        Draft::Signal(signal) => signal,
        other => panic!("{other:?}"),
    }
}

use crate::intake::draft::{AccountDraft, ContactDraft, DealDraft, SignalDraft};

#[test]
fn hubspot_companies_by_their_labels() {
    let text = "\"Record ID\",\"Company name\",\"Company owner\",\"Create Date\",\"Phone Number\",\"Last Activity Date\",\"City\",\"Country/Region\",\"Industry\"\n\
        \"2182\",\"Nordlicht Energie\",\"Ines Falk\",\"2020-01-10 10:00\",\" +4930000\",\"\",\"Berlin\",\"Germany\",\"UTILITIES\"\n\
        \"2183\",\"\",\"\",\"2020-01-10 10:00\",\"\",\"\",\"\",\"\",\"(No value)\"\n\
        \"2184\",\"Nordlicht Energie\",\"\",\"2020-01-10 10:00\",\"\",\"\",\"\",\"\",\"\"\n";
    let (summary, drafts, _) = all(text, "hubspot-crm-exports-all.csv");
    assert_eq!(summary, "HubSpot companies export, 9 of 9 columns");
    let first = account(&drafts[0]);
    assert_eq!(first.external.as_deref(), Some("hubspot:company:2182"));
    assert_eq!(first.region.as_deref(), Some("Germany"));
    let owner = first.owner.as_ref().unwrap();
    assert!(owner.optional && owner.name.as_deref() == Some("Ines Falk"));
    assert_eq!(account(&drafts[1]).industry, None);
    assert_eq!(drafts.len(), 3);
}

#[test]
fn hubspot_companies_by_internal_names_and_as_a_warehouse_writes_them() {
    let internal = "hs_object_id;name;domain;lifecyclestage;annualrevenue;hs_ideal_customer_profile;hs_is_target_account;custom_field\n\
        1;Quarry & Sons;https://www.quarry.example;customer;6.0E7;tier_1;true;x\n\
        2;Ridge;ridge.example;our_own_stage;;;false;y\n";
    let (summary, drafts, notes) = all(internal, "companies.csv");
    assert_eq!(summary, "HubSpot companies export, 7 of 8 columns");
    let first = account(&drafts[0]);
    assert_eq!((first.revenue, first.on_tal), (Some(60_000_000), Some(true)));
    assert_eq!(first.domain.as_deref(), Some("quarry.example"));
    assert_eq!(first.relation, Some(Relation::Customer));
    assert_eq!(account(&drafts[1]).relation, Some(Relation::New));
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].starts_with(
        "lifecyclestage: values that have no meaning here yet are kept as they are and count as new"
    ));
    assert_eq!(
        account(&drafts[1]).kept,
        [("relation".to_owned(), Some("our_own_stage".to_owned()))]
    );
    assert!(notes[0].ends_with("our_own_stage (1)"), "{notes:?}");
    let warehouse = "id,is_deleted,_fivetran_synced,property_name,property_country,property_annualrevenue\n\
        7,false,2020-12-30 3:15:52,Quarry,Norway,10000000\n8,true,2020-12-30 3:15:52,Gone,Norway,\n";
    let (summary, drafts, notes) = all(warehouse, "x.csv");
    assert_eq!(summary, "HubSpot companies export, 6 of 6 columns");
    assert_eq!((drafts.len(), account(&drafts[0]).revenue), (1, Some(10_000_000)));
    assert!(notes[0].starts_with("1 row is marked as deleted"), "{notes:?}");
}

#[test]
fn hubspot_contacts_bring_their_companies_once() {
    let text = "Record ID,First Name,Last Name,Email,Phone Number,Lead Status,Company Name,Associated Company IDs,Buying Role,Create Date\n\
        1,Ines,Falk,Ines@Nordlicht.example,,NEW,Nordlicht,9002;9999,BUDGET_HOLDER;CHAMPION,3/15/2024 2:30 PM\n\
        2,Tom,Reed,no address,,OPEN,Nordlicht,9002,LEGAL_AND_COMPLIANCE,3/15/2024 2:30 PM\n\
        3,Ana,Paz,ana@gmail.com,,OPEN,,,,3/16/2024 2:30 PM\n";
    let (summary, drafts, notes) = all(text, "contacts.csv");
    assert_eq!(summary, "HubSpot contacts export, 10 of 10 columns");
    assert_eq!(counts(&drafts), BTreeMap::from([("accounts", 1), ("contacts", 3)]));
    assert_eq!(account(&drafts[0]).external.as_deref(), Some("hubspot:company:9002"));
    let first = contact(&drafts[1]);
    assert_eq!(first.name.as_deref(), Some("Ines Falk"));
    assert_eq!(first.account.external.as_deref(), Some("hubspot:company:9002"));
    assert_eq!(first.role, Some(crate::domain::contact::BuyingRole::DecisionMaker));
    assert_eq!(contact(&drafts[2]).email, None);
    assert!(notes.iter().any(|note| note.starts_with("Email: 1 cell left out")), "{notes:?}");
    assert!(notes.iter().any(|note| note.contains("LEGAL_AND_COMPLIANCE (1)")), "{notes:?}");
}

#[test]
fn hubspot_deals_keep_stages_that_a_team_made_up() {
    let text = "Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Pipeline,Create Date,Associated Company,Associated Company IDs\n\
        1,One,Closed Won,2024-03-01,Ines Falk,\"$12,400.00\",Sales,2024-01-01,Nordlicht,9002\n\
        2,Two,Contract Sent (old stage),2024-03-01,,\"95,570.69\",Sales,2024-01-01,Nordlicht,9002;77\n\
        3,Three,,,,,Sales,2024-01-01,,\n";
    let (summary, drafts, notes) = all(text, "deals.csv");
    assert_eq!(summary, "HubSpot deals export, 10 of 10 columns");
    assert_eq!(
        (deal(&drafts[0]).stage, deal(&drafts[0]).value),
        (Some(DealStage::Won), Some(12_400))
    );
    assert_eq!(
        (deal(&drafts[1]).stage, deal(&drafts[1]).value),
        (Some(DealStage::Engaging), Some(95_571))
    );
    assert_eq!(deal(&drafts[1]).account.external.as_deref(), Some("hubspot:company:9002"));
    assert!(deal(&drafts[1]).account.optional);
    assert_eq!(
        (deal(&drafts[2]).stage, deal(&drafts[2]).stage_if_new),
        (None, Some(DealStage::Engaging))
    );
    assert!(notes[0].ends_with("Contract Sent (old stage) (1)"), "{notes:?}");
}

#[test]
fn hubspot_owners_are_people_and_queues_are_not() {
    let text = r#"{"results":[
        {"id":"77","email":"ines@desk.example","type":"PERSON","firstName":"Ines","lastName":"Falk","userId":5,"createdAt":"2024-01-01T00:00:00.000Z","archived":false,"teams":[{"id":"1","name":"North"}]},
        {"id":"78","email":null,"type":"QUEUE","firstName":"Queue","lastName":"","userId":6,"archived":false}],"paging":null}"#;
    let (summary, drafts, _) = all(text, "owners.json");
    assert!(summary.starts_with("HubSpot owners export"), "{summary}");
    let Draft::Person(person) = &drafts[0].draft else { panic!("{drafts:?}") };
    assert_eq!((person.role, person.role_if_new), (None, Some(Role::Ae)));
    assert_eq!(person.name.as_deref(), Some("Ines Falk"));
    assert_eq!(drafts.len(), 1);
}

#[test]
fn pages_of_the_hubspot_interface_one_behind_the_other() {
    let page = |id: u32, name: &str| {
        format!(
            r#"{{"results":[{{"id":"{id}","properties":{{"name":"{name}","domain":"n{id}.example","hubspot_owner_id":"77","lifecyclestage":null}},"createdAt":"2024-01-01T00:00:00.000Z","updatedAt":"2024-02-01T00:00:00.000Z","archived":false,"associations":{{"contacts":{{"results":[{{"id":"9","type":"company_to_contact"}}]}}}}}}],"paging":{{"next":{{"after":"MTAw","link":"https://x.example?a=[{{"}}}}}}"#
        )
    };
    let (summary, drafts, _) =
        all(format!("{}\n{}", page(512, "A {b} \\\"c\\\""), page(513, "D")), "p.json");
    assert!(summary.starts_with("HubSpot companies export"), "{summary}");
    assert_eq!(account(&drafts[0]).name.as_deref(), Some("A {b} \"c\""));
    assert_eq!(account(&drafts[1]).external.as_deref(), Some("hubspot:company:513"));
    assert_eq!(account(&drafts[1]).domain.as_deref(), Some("n513.example"));
    let cut = page(512, "A");
    let cut = &cut[..cut.len() - 4];
    let (drafts, problems) = sorted_out(open_dated(cut, "p.json"));
    assert_eq!((drafts.len(), problems.len()), (1, 1));
    assert!(problems[0].reason.contains("cut off"), "{problems:?}");
}

#[test]
fn salesforce_accounts_by_api_names_in_any_case() {
    let text = "ID,ISDELETED,NAME,TYPE,BILLINGSTATE,BILLINGCOUNTRY,ANNUALREVENUE,NUMBEROFEMPLOYEES,OWNERID,MY_FIELD__C\n\
        001x0000002xLCV,false,Nordlicht,Customer - Direct,CO,US,6.0E7,120,005x0000000fNSi,1\n\
        001x0000002xLCWAA2,true,Gone,Prospect,CO,US,,,,1\n";
    let (summary, drafts, _) = all(text, "extract.csv");
    assert_eq!(summary, "Salesforce accounts, 9 of 10 columns");
    let first = account(&drafts[0]);
    assert_eq!(first.external.as_deref(), Some("salesforce:account:001x0000002xLCVAA2"));
    assert_eq!((first.revenue, first.employees), (Some(60_000_000), Some(120)));
    assert_eq!(first.relation, Some(Relation::Customer));
    assert_eq!(drafts.len(), 1);
}

#[test]
fn a_salesforce_report_with_its_title_and_footer() {
    let text = "\"Open Accounts\"\r\n\"As of 2026-11-20\"\r\n\r\n\
        \"Account Name\",\"Account Owner\",\"Billing State/Province\",\"Annual Revenue\",\"Billing Street\",\"Last Activity\"\r\n\
        \"Quarry \"\"Q\"\" Sons\",\"Ines Falk\",\"CO\",\"USD 1,000,000.00\",\"1 Main\nFloor 2\",\"11/20/2026\"\r\n\
        \"Ridge\",\"Ines Falk\",\"CA\",\"(500.00)\",\"\",\"\"\r\n\
        \r\n\r\n\"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved.\"\r\n\
        \"Confidential Information - Do Not Distribute\"\r\n\"Generated By:  Ines Falk 20.11.2026 09:15\"\r\n\"Nordlicht\"\r\n";
    let mut input = open_dated(text, "report1790000000000.csv");
    assert_eq!(input.summary(), "Salesforce accounts, 6 of 6 columns");
    let items: Vec<_> = input.by_ref().collect();
    assert_eq!(items.len(), 2, "{items:?}");
    assert_eq!(account(items[0].as_ref().unwrap()).name.as_deref(), Some("Quarry \"Q\" Sons"));
    assert_eq!(account(items[0].as_ref().unwrap()).revenue, Some(1_000_000));
    assert_eq!(items[1].as_ref().unwrap_err().reason, "\"(500.00)\" is below zero");
    let notes = input.notes();
    assert!(
        notes.iter().any(|note| note == "4 lines of a report's footer were left out"),
        "{notes:?}"
    );
    assert!(
        notes.iter().any(|note| note == "2 rows above the header row were left out"),
        "{notes:?}"
    );
}

#[test]
fn salesforce_leads_are_a_company_and_somebody_there() {
    let text = "Lead ID,Company,First Name,Last Name,Title,Email,Phone,Lead Source,Lead Status,Rating,Industry,Annual Revenue,No. of Employees,Lead Owner,Do Not Call,Email Opt Out,Website\n\
        00Qx0000002xLCV,Nordlicht,Ines,Falk,COO,ines@nordlicht.example,1,Web,Open - Not Contacted,Hot,Energy,\"1,000\",51-200,Sam,1,0,nordlicht.example\n";
    let (summary, drafts, _) = all(text, "report.csv");
    assert_eq!(summary, "Salesforce leads, 17 of 17 columns");
    assert_eq!(account(&drafts[0]).employees, Some(51));
    let lead = contact(&drafts[1]);
    assert!(lead.external.as_deref().unwrap().starts_with("salesforce:lead:00Qx0000002xLCV"));
    assert_eq!((lead.do_not_call, lead.opted_out), (Some(true), Some(false)));
    assert_eq!(lead.account.domain.as_deref(), Some("nordlicht.example"));
}

#[test]
fn salesforce_contacts_and_opportunities_as_queries_give_them() {
    let contacts = r#"{"totalSize":1,"done":true,"records":[{"attributes":{"type":"Contact","url":"/services/data/v62.0/sobjects/Contact/003"},"Id":"003x0000002xLCVAA2","FirstName":"Ines","LastName":"Falk","Email":"ines@nordlicht.example","HasOptedOutOfEmail":true,"AccountId":"001x0000002xLCVAA2","Account":{"attributes":{"type":"Account"},"Name":"Nordlicht"}}]}"#;
    let (summary, drafts, _) = all(contacts, "query.json");
    assert!(summary.starts_with("Salesforce contacts"), "{summary}");
    assert_eq!(account(&drafts[0]).name.as_deref(), Some("Nordlicht"));
    assert_eq!(contact(&drafts[1]).opted_out, Some(true));
    let deals = r#"{"totalSize":2,"done":false,"nextRecordsUrl":"/services/data/v62.0/query/01g-2000","records":[
        {"attributes":{"type":"Opportunity"},"Id":"006x0000001YtCrAAK","Name":"Big","StageName":"Our own","IsClosed":true,"IsWon":false,"Amount":500000.0,"CloseDate":"2024-01-01","CreatedDate":"2024-01-01T10:00:00.000+0000","AccountId":"001x0000002xLCVAA2","Owner":{"attributes":{"type":"User"},"Name":"Ada"}},
        {"attributes":{"type":"Opportunity"},"Id":"006x0000001YtCsAAK","Name":"Small","StageName":"Negotiation/Review","IsClosed":false,"IsWon":false,"Amount":null,"CloseDate":"2024-01-01","CreatedDate":"2024-01-01T10:00:00.000+0000","AccountId":null,"Owner":null}]}"#;
    let (summary, drafts, _) = all(deals, "query.json");
    assert!(summary.starts_with("Salesforce opportunities"), "{summary}");
    assert_eq!(deal(&drafts[0]).stage, Some(DealStage::Lost), "closed and not won");
    assert_eq!(deal(&drafts[0]).owner.as_ref().unwrap().name.as_deref(), Some("Ada"));
    assert_eq!(deal(&drafts[0]).opened.unwrap().to_string(), "2024-01-01");
    assert_eq!(deal(&drafts[1]).stage, Some(DealStage::Engaging));
}

#[test]
fn a_bulk_query_between_carets_and_a_row_of_separators() {
    let text = "Id^StageName^Amount^CloseDate^IsWon\n006x0000001YtCrAAK^Closed Won^10^2026-01-01^true\n^^^^\n";
    let (summary, drafts, _) = all(text, "bulk.csv");
    assert_eq!(summary, "Salesforce opportunities, 5 of 5 columns");
    assert_eq!(drafts.len(), 1);
}

#[test]
fn zoho_in_its_four_kinds() {
    let text = "\"Record Id\",\"Account Owner\",\"Account Name\",\"Phone\",\"Website\",\"Account Type\",\"Billing Street\"\n\
        zcrm_1,Ines,Nordlicht,1,nordlicht.example,Customer,Main\n,,,,,,\n";
    let (summary, drafts, _) = all(text, "Accounts.csv");
    assert_eq!(summary, "Zoho accounts, 7 of 7 columns");
    assert_eq!(account(&drafts[0]).external.as_deref(), Some("zoho:account:zcrm_1"));
    let text = "Record Id,Lead Owner,Company,First Name,Last Name,Email,Phone,Lead Source,Lead Status\n\
        1,Ines,Nordlicht,Tom,Reed,tom@nordlicht.example,1,Web,Contacted\n";
    let (summary, drafts, _) = all(text, "Leads.csv");
    assert_eq!(summary, "Zoho leads, 9 of 9 columns");
    assert_eq!(counts(&drafts), BTreeMap::from([("accounts", 1), ("contacts", 1)]));
    let text = "Record Id,Deal Name,Account Name,Account Name.id,Contact Name,Stage,Closing Date,Amount\n\
        1,D,Nordlicht,zcrm_1,Tom,Negotiation/Review,2026-11-15,\"95,570.69\"\n\
        2,E,Nordlicht,zcrm_1,Tom,Closed-Lost to Competition,\"Sep 12, 2026\",\"$12,400.00\"\n";
    let (summary, drafts, _) = all(text, "Deals.csv");
    assert_eq!(summary, "Zoho deals, 8 of 8 columns");
    assert_eq!(deal(&drafts[1]).stage, Some(DealStage::Lost));
    assert_eq!(deal(&drafts[1]).closed.unwrap().to_string(), "2026-09-12");
    let text = "Record Id,Contact Owner,First Name,Last Name,Account Name,Email,Email Opt Out\n1,I,T,R,Nordlicht,t@n.example,true\n";
    let (summary, drafts, _) = all(text, "Contacts.csv");
    assert_eq!(summary, "Zoho contacts, 7 of 7 columns");
    assert_eq!(contact(&drafts[1]).opted_out, Some(true));
}

#[test]
fn apollo_people_with_locked_addresses_and_quoted_phones() {
    let text = "First Name,Last Name,Title,Company Name,Email,Email Status,Seniority,Work Direct Phone,Mobile Phone,Do Not Call,Lists,Person Linkedin Url,Country,Secondary Email,Primary Intent Topic,Primary Intent Score,Qualify Contact,Website,# Employees\n\
        Ines,Falk,COO,Nordlicht,email_not_unlocked@domain.com,Unavailable,c_suite,'+44 194 000,,true,L,https://x.example/in/ines,UK,,Grid storage,82,,http://www.nordlicht.example,120\n\
        Tom,Reed,CTO,Nordlicht,tom@nordlicht.example,Verified,c_suite,,'+44 194 001,false,L,,UK,,,,,http://www.nordlicht.example,120\n";
    let (summary, drafts, _) = all(text, "apollo-contacts-export.csv");
    assert_eq!(summary, "Apollo people export, 19 of 19 columns");
    assert_eq!(counts(&drafts), BTreeMap::from([("accounts", 1), ("contacts", 2), ("signals", 1)]));
    let first = contact(&drafts[1]);
    assert_eq!((first.email.as_deref(), first.phone.as_deref()), (None, Some("+44 194 000")));
    assert_eq!(first.do_not_call, Some(true));
    let surge = signal(&drafts[2]);
    assert_eq!((surge.kind.as_str(), surge.value), ("third_party_surge", Some(82.0)));
    assert_eq!(surge.at, crate::domain::time::Instant(1_790_000_000_000));
}

#[test]
fn zoominfo_revenue_is_in_thousands() {
    let text = "ZoomInfo Contact ID,Last Name,First Name,Job Title,Email Address,Direct Phone Number,ZoomInfo Company ID,Company Name,Website,Revenue (in 000s USD),Revenue Range (in USD),Employees,Primary Industry,Contact Accuracy Score\n\
        1,Falk,Ines,COO,ines@nordlicht.example,1,900,Nordlicht,nordlicht.example,\"12,500\",$10 mil. - $25 mil.,120,Energy,95\n";
    let (summary, drafts, _) = all(text, "zi.csv");
    assert_eq!(summary, "ZoomInfo contacts export, 14 of 14 columns");
    assert_eq!(account(&drafts[0]).revenue, Some(12_500_000));
    let text = "ZoomInfo Company ID,Company Name,Website,Revenue (in 000s USD),Employees,Primary Industry,Defunct Company,Company Is Acquired\n\
        900,Nordlicht,nordlicht.example,12500,120,Energy,No,No\n901,Gone,gone.example,1,1,Energy,Yes,No\n";
    let (summary, drafts, _) = all(text, "zi.csv");
    assert_eq!(summary, "ZoomInfo companies export, 8 of 8 columns");
    assert_eq!((drafts.len(), account(&drafts[0]).revenue), (1, Some(12_500_000)));
}

#[test]
fn units_in_headers_of_any_file_are_read() {
    for (header, revenue) in [
        ("Revenue (in 000s)", 5_000),
        ("Annual Revenue ($M)", 5_000_000),
        ("Revenue [in thousands EUR]", 5_000),
        ("Revenue (USD)", 5),
        ("Revenue (in millions of USD)", 5),
    ] {
        let text = format!("name,domain,{header}\nA,a.example,5\n");
        let (_, drafts, _) = all(text, "accounts.csv");
        let wanted = if header.contains("of USD") { 5 } else { revenue };
        assert_eq!(account(&drafts[0]).revenue, Some(wanted), "{header}");
    }
}

#[test]
fn company_lists_and_scores() {
    let text = "companyname,companywebsite,companyemaildomain,linkedincompanypageurl,stocksymbol,industry,city,state,companycountry,zipcode\n\
        Nordlicht,https://nordlicht.example,nordlicht.example,,,Energy,Berlin,,DE,10115\n";
    let (summary, drafts, _) = all(text, "list.csv");
    assert_eq!(summary, "LinkedIn company list, 10 of 10 columns");
    assert_eq!(account(&drafts[0]).domain.as_deref(), Some("nordlicht.example"));
    let text = "Account Name,Website,accountBuyingStage6sense__c,accountIntentScore6sense__c,accountProfileFit6sense__c,accountProfileScore6sense__c,account6QA6sense__c,accountUpdateDate6sense__c\n\
        Nordlicht,nordlicht.example,Decision,88,Strong,91,true,2026-11-01\nRidge,ridge.example,Target,,Weak,20,false,\n";
    let (summary, drafts, _) = all(text, "sixsense.csv");
    assert_eq!(summary, "6sense accounts, 8 of 8 columns");
    assert_eq!(counts(&drafts), BTreeMap::from([("accounts", 2), ("signals", 1)]));
    assert_eq!(account(&drafts[0]).fit, Some(91));
    assert_eq!(signal(&drafts[1]).detail.as_deref(), Some("Decision"));
}

#[test]
fn surge_reports_are_one_row_for_each_company_and_topic() {
    let text = "Company Name,Domain,Topic,Topic ID,Composite Score,Composite Score Delta,Week\n\
        Nordlicht,nordlicht.example,Grid storage,1,78,3,2026-11-16\n\
        Nordlicht,nordlicht.example,Heat pumps,2,64,-2,2026-11-16\n";
    let (summary, drafts, _) = all(text, "surge.csv");
    assert_eq!(summary, "Company surge report, 7 of 7 columns");
    assert_eq!(counts(&drafts), BTreeMap::from([("accounts", 1), ("signals", 2)]));
    let second = signal(&drafts[2]);
    assert_eq!((second.detail.as_deref(), second.value), (Some("Heat pumps"), Some(64.0)));
}

#[test]
fn workbooks_are_read_by_the_sheet_whose_headers_are_known() {
    let (summary, drafts, notes) = all(fixture("surge.xlsx"), "surge.xlsx");
    assert_eq!(summary, "Company surge report, 7 of 7 columns");
    assert_eq!(counts(&drafts), BTreeMap::from([("accounts", 2), ("signals", 3)]));
    assert_eq!(signal(&drafts[1]).at.to_string(), "2026-11-18T00:00:00Z");
    assert_eq!(signal(&drafts[4]).at.to_string(), "2026-11-18T12:00:00Z");
    assert_eq!(signal(&drafts[4]).value, Some(59.5));
    assert!(
        notes.contains(&"the sheet Comprehensive was read; not read: Summary".to_owned()),
        "{notes:?}"
    );
    let (summary, drafts, notes) = all(fixture("hubspot_companies.xlsx"), "export.xlsx");
    assert_eq!(summary, "HubSpot companies export, 11 of 11 columns");
    let first = account(&drafts[0]);
    assert_eq!(first.external.as_deref(), Some("hubspot:company:21820000123"));
    assert_eq!((first.revenue, first.on_tal), (Some(60_000_000), Some(true)));
    assert_eq!(account(&drafts[1]).name, None);
    assert_eq!(drafts.len(), 2);
    assert!(notes.iter().any(|note| note.contains("footer")), "{notes:?}");
}

#[rstest]
#[case(b"PK\x03\x04rest".to_vec(), "it is a damaged or incomplete archive")]
#[case(fixture("surge.xlsx")[..900].to_vec(), "it is a damaged or incomplete archive")]
fn what_is_no_workbook_is_refused(#[case] bytes: Vec<u8>, #[case] why: &str) {
    let told = refusal(bytes, "book.xlsx");
    assert!(told.starts_with(why), "{told}");
}

#[test]
fn rows_without_headers_are_named_by_their_numbers() {
    let text = "title = 'leads of the fair'\nheader = false\nneeds = ['account']\n[[records]]\nkind = 'signals'\n[records.fields]\n\
        account = { columns = [2] }\nat = { columns = [3] }\nkind = { fixed = 'event' }\ndetail = { columns = [1] }\n";
    let mut options = Options::new(chrono_tz::UTC);
    options.profile = Some(std::sync::Arc::new(Profile::parse("fair", text).unwrap()));
    let rows = "dc8,Nordlicht,2018-06-12,social\n8c7,Ridge,2018-06-13,\n";
    let input = open_with(rows, "mql.csv", &options).unwrap();
    assert_eq!(input.summary(), "leads of the fair, 3 of 4 columns");
    let (drafts, problems) = sorted_out(input);
    assert_eq!((drafts.len(), problems.len()), (2, 0));
    assert_eq!(signal(&drafts[1]).account.name.as_deref(), Some("Ridge"));
}

#[test]
fn a_saved_profile_goes_before_all_others_for_the_same_headers() {
    let text = "title = 'ours'\n[[records]]\nkind = 'accounts'\n[records.fields]\nname = { headers = ['client'] }\nindustry = { headers = ['domain'] }\n";
    let mine = Profile::parse("mine", text).unwrap();
    let headers = ["id", "client", "domain"].map(str::to_owned);
    let kept = Profile::parse("kept", &mine.saved_for(&headers)).unwrap();
    // Saving again keeps one list of headers.
    let kept = Profile::parse("kept", &kept.saved_for(&headers)).unwrap();
    let mut options = Options::new(chrono_tz::UTC);
    options.saved.push(std::sync::Arc::new(kept));
    let input = open_with("id,client,domain\n1,Nordlicht,Energy\n", "x.csv", &options).unwrap();
    assert_eq!(input.summary(), "ours, 2 of 3 columns");
    let (drafts, _) = sorted_out(input);
    assert_eq!(account(&drafts[0]).industry.as_deref(), Some("Energy"));
    let other = open_with("id,name,domain\n1,Nordlicht,n.example\n", "x.csv", &options).unwrap();
    assert_eq!(other.summary(), "desk accounts, 3 of 3 columns");
}

#[test]
fn dates_are_asked_for_where_nothing_decides_and_looked_through_where_the_file_can_be_read_again() {
    let open_text = "id,stage,closed\n1,won,03/04/2026\n2,won,05/06/2026\n";
    let told = refusal(open_text, "deals.csv");
    assert_eq!(
        told,
        "the dates in closed can be day first or month first (03/04/2026); say which with --dates dmy or --dates mdy"
    );
    for (order, day) in [("dmy", "2026-04-03"), ("mdy", "2026-03-04")] {
        let mut options = Options::new(chrono_tz::UTC);
        options.dates = Some(order.parse().unwrap());
        let (drafts, _) = sorted_out(open_with(open_text, "deals.csv", &options).unwrap());
        assert_eq!(deal(&drafts[0]).closed.unwrap().to_string(), day);
    }
    // What decides stands far behind the first rows.
    let mut long = String::from("id,stage,closed\n");
    for row in 0..20_000 {
        long.push_str(&format!("{row},won,03/04/2026\n"));
    }
    long.push_str("20000,won,25/04/2026\n");
    let mut again =
        || -> std::io::Result<Raw> { Ok(Box::new(Cursor::new(long.clone().into_bytes()))) };
    let input = open_through(&mut again, "deals.csv", &Options::new(chrono_tz::UTC)).unwrap();
    let (drafts, problems) = sorted_out(input);
    assert_eq!((drafts.len(), problems.len()), (20_001, 0));
    assert_eq!(deal(&drafts[0]).closed.unwrap().to_string(), "2026-04-03");
}

#[test]
fn what_a_spreadsheet_did_is_told_by_column() {
    let text = "name,domain,segment\nA,a.example,20.máj\nB,b.example,Nov-50\nC,c.example,large\n";
    let (_, _, notes) = all(text, "accounts.csv");
    assert_eq!(
        notes,
        [
            "segment: 2 cells may be what a spreadsheet made of something else, the first on line 2: 20.máj (5-20 becomes 20-May); check the original"
        ]
    );
}

#[test]
fn an_object_with_one_list_of_objects_is_a_page_and_a_row_with_one_is_none() {
    let text = "{\n \"exported\": \"2026-11-20\",\n \"accounts_of_mine\": [ {\"name\": \"A\", \"domain\": \"a.example\"},\n {\"name\": \"B\", \"domain\": \"b.example\"} ]\n}\n";
    let (_, drafts, _) = all(text, "x.json");
    assert_eq!(drafts.len(), 2);
    let rows = "{\"name\": \"A\", \"domain\": \"a.example\", \"people\": [{\"id\": 1}]}\n{\"name\": \"B\", \"domain\": \"b.example\", \"people\": []}\n";
    let (_, drafts, _) = all(rows, "x.jsonl");
    assert_eq!(drafts.len(), 2);
}
