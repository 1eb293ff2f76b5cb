//! Header rows as tools of this kind write them, and the profile that is found for each; the rows below are our own.

use rstest::rstest;

use super::*;

#[rstest]
#[case::hubspot_contacts_that_matter(
    "Record ID,Email,Contact owner,Lifecycle Stage,Country/Region,Last Activity Date",
    "1,ada@acme.example,Ana Lee,lead,Spain,2026-07-20 10:00",
    "hubspot_contacts",
    1
)]
#[case::hubspot_contacts_made_to_be_imported(
    "First Name,Last Name,Salutation,Job Title,Company Name,Contact owner,Notes,Lifecycle Stage,Buying Role,Email,\
     Mobile Phone Number",
    "Ada,Roe,Dr.,CMO,Acme,Ana Lee,Met,Lead,Decision Maker,ada@acme.example,+34 1",
    "hubspot_contacts",
    2
)]
#[case::hubspot_contacts_of_a_report(
    "Contact ID,First Name,Last Name,Annual Revenue,Associated Company ID,Company Name,Country/Region,Contact owner,\
     Associated Deals,Lifecycle Stage,Lead Status,Email,Phone Number,Website URL,Original Source,HubSpot Score,City,\
     Number of Associated Deals,State/Region,Total Revenue",
    "9,Ada,Roe,10,7,Acme,Spain,Ana Lee,,lead,New,ada@acme.example,1,acme.example,Organic Search,12,Madrid,0,Madrid,0",
    "hubspot_contacts",
    2
)]
#[case::hubspot_companies(
    "Record ID,Company name,Domain,Company owner,Industry",
    "10,Acme Inc,acme.example,Ana Lee,Software",
    "hubspot_companies",
    1
)]
#[case::hubspot_deals(
    "Record ID,Deal Name,Deal Stage,Amount,Deal owner,Close Date,Last Activity Date",
    "100,Acme - New,qualifiedtobuy,25000,Ana Lee,2026-12-01,2026-07-25",
    "hubspot_deals",
    1
)]
#[case::hubspot_deals_with_a_company(
    "Record ID,Deal Name,Amount,Deal Stage,Close Date,Deal Owner,Company Name,Pipeline,Create Date",
    "HS-1,Acme more,$125000,Proposal Sent,2026-04-15,Ana Lee,Acme,Enterprise,2026-01-10",
    "hubspot_deals",
    1
)]
#[case::hubspot_deals_by_stage(
    "Record ID,Deal Name,Deal Stage,Date entered stage,Original Source,Amount,Deal owner",
    "7,Deal 7,Negotiation,2026-01-01 10:00,Web,£1007,Ana Lee",
    "hubspot_deals",
    1
)]
#[case::apollo_companies(
    "Company Name,Company Name for Emails,# Employees,Industry,Website,Company Linkedin Url,Company Country,Keywords,\
     Apollo Record Id,Short Description,Founded Year,Subsidiary of (Organization ID)",
    "Acme,Acme,120,software,http://acme.example,http://linkedin.example/acme,Spain,crm,a1,Tools,1999,",
    "apollo_accounts",
    1
)]
#[case::apollo_people(
    "First Name,Last Name,Title,Company,Company Name for Emails,Email,Seniority,Departments,Work Direct Phone,\
     Mobile Phone,Industry,Person Linkedin Url,Company Linkedin Url,City,State,Country,Company Address,Company Phone,\
     Website,Annual Revenue,Total Funding,Email Status,Email Confidence,Replied,Email Open,Email Bounced,\
     Secondary Email,Tertiary Email,Technologies",
    "Ada,Roe,CMO,Acme,Acme,ada@acme.example,c_suite,Marketing,'+1 1,,software,http://in/ada,http://in/acme,Madrid,,\
     Spain,,,http://acme.example,1000000,,Verified,,false,false,false,,,CRM",
    "apollo_contacts",
    2
)]
#[case::linkedin_connections(
    "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
    "Ada,Roe,https://www.linkedin.com/in/ada,,\"Acme, Inc.\",CMO,01 Jan 2026",
    "linkedin_connections",
    1
)]
#[case::sixsense_stages(
    "6sense Company Name,6sense Domain,6sense Country,Buying Stage: Start,Buying Stage: End,\
     Max Engagement State: Start,Max Engagement State: End,New Pipeline (USD),Total Won (USD)",
    "Acme,acme.example,Spain,Awareness,Decision,None,High,0,0",
    "sixsense_accounts",
    1
)]
#[case::sixsense_targets(
    "6sense Company Name,6sense Country,6sense Domain,6sense Revenue Range,6sense Employee Range,Industry,\
     Industry (Legacy)",
    "Acme,Spain,acme.example,$1M - $5M,51-200,Software,Software",
    "sixsense_accounts",
    1
)]
#[case::salesforce_report_of_contacts(
    "Salutation,First Name,Last Name,Title,Account Name,Mailing Street,Mailing City,Mailing State/Province,\
     Mailing Zip/Postal Code,Mailing Country,Phone,Fax,Mobile,Email,Account Owner",
    "Ms.,Ada,Roe,CMO,Acme,1 Way,Madrid,,,Spain,1,,,ada@acme.example,Ana Lee",
    "salesforce_contacts",
    1
)]
#[case::salesforce_report_of_leads(
    "Lead Owner,First Name,Last Name,Title,Company / Account,Email,Lead Source,Street,Rating,Lead Status",
    "Ana Lee,Ada,Roe,CMO,Acme,ada@acme.example,Web,1 Way,Hot,Open - Not Contacted",
    "salesforce_leads",
    2
)]
fn a_header_row_finds_its_profile(
    #[case] headers: &str,
    #[case] row: &str,
    #[case] profile: &str,
    #[case] drafts: usize,
) {
    let input = open_bytes(format!("{headers}\n{row}\n").into_bytes(), "export.csv");
    let input = input.unwrap_or_else(|error| panic!("{headers}: {error}"));
    assert_eq!(input.profile().key, profile);
    let left: Vec<_> = input.unknown().map(str::to_owned).collect();
    assert!(left.len() <= 3, "left out: {left:?}");
    let (taken, problems) = sorted_out(input);
    assert!(problems.is_empty(), "{problems:?}");
    // Mapped but not read, or the other way round, would give another number.
    assert!(taken.len() >= drafts, "{taken:?}");
}

#[test]
fn notes_above_the_connections_are_no_headers() {
    let text = "Notes:\n\"You will only see addresses of those who allow it, as told at https://www.linkedin.com/x.\"\n\n\
                First Name,Last Name,URL,Email Address,Company,Position,Connected On\n\
                Ada,Roe,https://www.linkedin.com/in/ada,,Acme,CMO,01 Jan 2026\n";
    let input = open_bytes(text.as_bytes().to_vec(), "Connections.csv").unwrap();
    assert_eq!(input.profile().key, "linkedin_connections");
    let (taken, problems) = sorted_out(input);
    assert_eq!((taken.len(), problems.len()), (1, 0));
}
