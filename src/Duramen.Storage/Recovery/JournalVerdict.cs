using System.Globalization;

namespace Duramen.Storage.Recovery;

/// <summary>
/// Tells a torn end of the journal from a damaged one. A pure function of what recovery could see, so that every combination has a test;
/// <c>docs/recovery.md</c> shows it as a table.
/// </summary>
internal static class JournalVerdict
{
    /// <summary>Judges the end of the journal.</summary>
    /// <param name="evidence">What was seen.</param>
    /// <param name="reason">Why it is corrupt, or what was torn.</param>
    public static JournalEnd Judge(JournalEvidence evidence, out string reason)
    {
        if (evidence.ForeignFolder is Guid foreign)
        {
            reason = $"the file belongs to the data folder {foreign}";
            return JournalEnd.Corrupt;
        }

        if (evidence.LaterGroup is long later)
        {
            reason = string.Create(CultureInfo.InvariantCulture, $"group {evidence.Expected} is missing or damaged, although group {later} after it is there");
            return JournalEnd.Corrupt;
        }

        if (evidence.SyncedMark is long mark)
        {
            if (mark >= evidence.Expected)
            {
                reason = string.Create(CultureInfo.InvariantCulture, $"group {evidence.Expected} is missing or damaged, although groups up to {mark} were synced");
                return JournalEnd.Corrupt;
            }

            if (mark < evidence.CatalogNext - 1)
            {
                reason = string.Create(CultureInfo.InvariantCulture, $"the journal was synced to group {mark} and the catalog stands at group {evidence.CatalogNext}: it is older than the catalog");
                return JournalEnd.Corrupt;
            }
        }
        else if (!evidence.IsCatalogClean || evidence.HasStartedGroup)
        {
            // Without the mark nothing says whether the last group was acknowledged; only after a clean stop is there no such group.
            reason = "the file that says how far the journal was synced cannot be read";
            return JournalEnd.Corrupt;
        }

        reason = evidence.HasStartedGroup
            ? string.Create(CultureInfo.InvariantCulture, $"group {evidence.Expected} was being written and was never acknowledged")
            : "";
        return evidence.HasStartedGroup ? JournalEnd.Torn : JournalEnd.Clean;
    }
}
