using System.Globalization;
using System.Text;
using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Simulation.Reports;

/// <summary>What each node did, line by line, for a human who wants to understand a run.</summary>
internal sealed class Timeline
{
    private readonly List<string> _lines = [];

    /// <summary>The lines, oldest first.</summary>
    public IReadOnlyList<string> Lines => _lines;

    public void Add(long atUs, int node, string what) =>
        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{atUs / 1000.0,12:F3} ms  n{node + 1}  {what}"));

    public void Stepped(long atUs, int node, ReplicaOutbox outbox)
    {
        if (outbox.RoleChanged)
        {
            Add(atUs, node, $"is {outbox.Role} in epoch {EpochText.Of(outbox.Epoch)}, leader {outbox.Leader}");
        }

        if (outbox.HasPersist)
        {
            PersistEffect persist = outbox.Persist;
            string state = persist.HardState is HardState hard ? $" epoch {EpochText.Of(hard.Current)}{Rest(hard)}" : "";
            string cut = persist.TruncateFrom > EntryIndex.Zero ? $" cut from {persist.TruncateFrom}" : "";
            string snapshot = persist.Snapshot is SnapshotMeta meta ? $" snapshot {meta.Index}" : "";
            Add(atUs, node, $"writes #{persist.Id}:{state}{snapshot}{cut} {persist.EntryCount} entries{Entries(persist)}");
        }

        if (outbox.Committed > EntryIndex.Zero)
        {
            Add(atUs, node, $"commits up to {outbox.Committed}");
        }
    }

    public void Arrives(long atUs, int node, ReadOnlySpan<byte> message) => Add(atUs, node, MessageText.Of(message));

    // A vote where there are votes, the epoch of the log where that is kept, and the commit where an epoch is a ballot.
    private static string Rest(in HardState hard)
    {
        string vote = hard.Established == Epoch.Zero ? $" vote {hard.Vote}" : $" log of {EpochText.Of(hard.Established)}";
        return hard.Current.Node.IsSome ? $" committed {hard.Committed}" : vote;
    }

    private static string Entries(in PersistEffect persist)
    {
        var text = new StringBuilder();
        var reader = new SpanReader(persist.Entries);
        while (EntryCodec.TryRead(ref reader, out EntryView entry))
        {
            text.Append(CultureInfo.InvariantCulture, $" {EntryText.Of(entry.Header)}");
            if (entry.Header.Kind == EntryKind.Configuration && Membership.TryRead(entry.Payload, out Membership membership))
            {
                text.Append(CultureInfo.InvariantCulture, $" ({membership})");
            }
        }

        return text.ToString();
    }
}
