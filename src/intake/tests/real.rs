//! Every real file beside the project: its profile is found, and no row is lost; says so where the files are not there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::*;

/// The folder of real files, or `None` after saying that it is not there.
fn folder() -> Option<PathBuf> {
    let beside = ["../shared/data", "../../shared/data"]
        .map(|above| [env!("CARGO_MANIFEST_DIR"), above].iter().collect::<PathBuf>());
    let found = beside.into_iter().find(|path| path.is_dir());
    if found.is_none() {
        println!("not checked: ../shared/data is not there");
    }
    found
}

fn csv_files(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            csv_files(&path, into);
        } else if path.extension().is_some_and(|end| end == "csv") {
            into.push(path);
        }
    }
}

/// Rows below the header row as somebody else reads them, blank ones left out. All that these files hold in UTF-16 and
/// UTF-32 is ASCII, with zeros between.
fn rows(bytes: &[u8]) -> usize {
    let bytes: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes.as_slice());
    let rows = reader.byte_records().map(Result::unwrap);
    rows.filter(|row| row.iter().any(|cell| !cell.trim_ascii().is_empty())).count() - 1
}

/// Profiles by file name, and how many rows each gives a draft from; `None` where there is nothing to import.
const EXPECTED: &[(&str, &str, Option<usize>)] = &[
    ("hubspot_company_data.csv", "hubspot_companies", Some(24)),
    ("hubspot_contact_data.csv", "hubspot_contacts", Some(22)),
    ("hubspot_deal_company_data.csv", "hubspot_associations", None),
    ("hubspot_deal_data.csv", "hubspot_deals", Some(44)),
    ("hubspot_deal_pipeline_stage_data.csv", "hubspot_pipelines", None),
    ("hubspot_engagement_note_data.csv", "hubspot_engagements", None),
    ("hubspot_owner_data.csv", "hubspot_owners", Some(100)),
    ("sf_lead_history_data.csv", "salesforce_leads", Some(1)),
    ("accounts.csv", "maven_accounts", Some(85)),
    ("data_dictionary.semicolon.csv", "maven_dictionary", None),
    ("products.csv", "maven_products", None),
    ("sales_pipeline.csv", "maven_pipeline", Some(8800)),
    ("sales_teams.csv", "maven_teams", Some(35)),
    ("accountData.no_session.csv", "salesforce_accounts", Some(423)),
    ("opportunityData.csv", "salesforce_opportunities", Some(38)),
    ("error0413060133.csv", "salesforce_opportunities", Some(11)),
    ("success0413060133.csv", "salesforce_opportunities", Some(9)),
    ("SoqlInClauseFromCSV.csv", "salesforce_accounts", Some(20)),
    ("accountsForInsert.csv", "salesforce_accounts", Some(4)),
    ("acctsWithBinaryDataInRTF.csv", "salesforce_accounts", Some(1)),
    ("bulkV2MultipleJobsCsvTemplate.csv", "salesforce_accounts", Some(100)),
    ("constantMappingInCsv.csv", "salesforce_accounts", Some(2)),
    ("constantMappingInCsvClashing.csv", "salesforce_accounts", Some(2)),
    ("createAttachmentMultipleFilesTemplate.csv", "salesforce_attachments", None),
    ("createAttachmentTemplate.csv", "salesforce_attachments", None),
    ("dateEndingInZ.csv", "salesforce_accounts", Some(1)),
    ("dateOnlyWithTimeZone.csv", "salesforce_accounts", Some(2)),
    ("dateUsingDefaultTimeZone.csv", "salesforce_accounts", Some(1)),
    ("dateWithTimeZone.csv", "salesforce_accounts", Some(2)),
    ("deleteAccountCsvTemplate.csv", "record_ids", None),
    ("emptyFirstRowFieldValueInCsvTemplate.csv", "salesforce_accounts", Some(2)),
    ("insertAccountCsv.csv", "salesforce_accounts", Some(100)),
    ("insertAccountWithMultipleBatchesCSV.csv", "salesforce_accounts", Some(3)),
    ("insertTaskWithContactAsWhoCsv.csv", "salesforce_activities", None),
    ("oneToManySforceFieldsMappingInCsv.csv", "salesforce_accounts", Some(2)),
    ("polymorphicRelationshipInAttachment.csv", "salesforce_attachments", None),
    ("updateAccountCsvTemplate.csv", "salesforce_accounts", Some(100)),
    ("updateAccountWithExternalIdCsvTemplate.csv", "salesforce_accounts", Some(5)),
    ("upsertAccountCsvTemplate.csv", "salesforce_accounts", Some(100)),
    ("upsertAccountSmallTemplate.csv", "salesforce_accounts", Some(10)),
    ("upsertFkAccountNewFormatCsvTemplate.csv", "salesforce_accounts", Some(5)),
    ("upsertFkAccountOldFormatCsvTemplate.csv", "salesforce_accounts", Some(50)),
    ("upsertWithRowOffsetTemplate.csv", "salesforce_accounts", Some(10)),
    ("yc_companies.csv", "yc_companies", Some(6079)),
    ("20kRows.csv", "numbered_columns", Some(20_000)),
    ("csvEscapedQuotes.csv", "numbered_columns", Some(2)),
    ("csvSeparator.csv", "numbered_columns", Some(2)),
    ("csvtext.csv", "numbered_columns", Some(2)),
    ("csvtext_BOM_UTF8.csv", "numbered_columns", Some(2)),
    ("csvtext_BOM_UTF16LE.csv", "numbered_columns", Some(2)),
    ("csvtext_BOM_UTF16BE.csv", "numbered_columns", Some(2)),
    ("csvtext_BOM_UTF32LE.csv", "numbered_columns", Some(2)),
    ("csvtext_BOM_UTF32BE.csv", "numbered_columns", Some(2)),
    ("timeZoneFormatTesting.csv", "dated_names", Some(12)),
    ("timeZoneFormatTestingWithErrors.csv", "dated_names", Some(6)),
];

/// Files with a header row and nothing else, and what is said of each.
const REFUSED: &[(&str, &str)] =
    &[("hardDeleteEmptyCsvFileTemplate.csv", "it holds a header row (ID) and no rows under it")];

#[test]
fn every_file_is_known_and_each_of_its_rows_is_taken_or_refused_with_a_reason() {
    let Some(folder) = folder() else { return };
    let mut files = Vec::new();
    csv_files(&folder, &mut files);
    assert!(files.len() > 50, "{}", files.len());
    let mut trouble = Vec::new();
    for path in files {
        let name = path.file_name().unwrap().to_str().unwrap();
        let bytes = fs::read(&path).unwrap();
        let counted = rows(&bytes);
        let mut input = match open_bytes(bytes, name) {
            Ok(input) => input,
            Err(error) => {
                let told = error.to_string();
                let known = REFUSED
                    .iter()
                    .any(|(start, why)| name.starts_with(start) && told.starts_with(why));
                if !known {
                    trouble.push(format!("{name}: {told}"));
                }
                continue;
            }
        };
        let profile = input.profile().key.clone();
        if name.starts_with("hardDelete") {
            assert_eq!(profile, "record_ids", "{name}");
            continue;
        }
        let (mut taken, mut refused) = (BTreeSet::new(), BTreeMap::new());
        for item in input.by_ref() {
            match item {
                Ok(drafted) => {
                    taken.insert(drafted.row);
                }
                Err(problem) => {
                    refused.insert(problem.row, problem.to_string());
                }
            }
        }
        let found = match input.profile().nothing {
            Some(_) => None,
            None => Some(taken.len()),
        };
        if !EXPECTED.contains(&(name, profile.as_str(), found)) {
            let why = refused.values().take(3).cloned().collect::<Vec<_>>();
            trouble.push(format!("{name}: {profile} {found:?} of {counted}: {why:?}"));
        }
        if found.is_some() && taken.len() + refused.len() != counted {
            trouble.push(format!("{name}: {} + {} of {counted}", taken.len(), refused.len()));
        }
    }
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
}

#[test]
fn marks_and_encodings_make_no_difference() {
    let Some(folder) = folder() else { return };
    let of = folder.join("salesforce_dataloader/test/resources/testfiles/data");
    let text = "title = 'mine'\n[[records]]\nkind = 'accounts'\n[records.fields]\n\
                id = { headers = ['column1'] }\nname = { headers = ['column2'] }\nregion = { headers = ['column3'] }\n";
    let mut options = Options::new(chrono_tz::UTC);
    options.profile = Some(std::sync::Arc::new(Profile::parse("mine", text).unwrap()));
    let read = |name: &str| {
        let input = open_with(fs::read(of.join(name)).unwrap(), name, &options).unwrap();
        assert_eq!(input.summary(), "mine, 3 of 3 columns");
        let (drafts, problems) = sorted_out(input);
        assert_eq!(problems, []);
        said(&drafts)
    };
    let plain = read("csvtext.csv");
    assert_eq!(plain.len(), 2);
    for mark in ["UTF8", "UTF16LE", "UTF16BE", "UTF32LE", "UTF32BE"] {
        assert_eq!(read(&format!("csvtext_BOM_{mark}.csv")), plain, "{mark}");
    }
}
