use std::process::ExitCode;
#[derive(clap::Args)]
pub(crate) struct InspectArgs {}
pub(crate) fn inspect(_: &InspectArgs) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not yet")
}
