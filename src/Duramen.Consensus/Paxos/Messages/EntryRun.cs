using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.Messages;

/// <summary>The entries at the end of a message's body.</summary>
internal static class EntryRun
{
    /// <summary>
    /// Looks through all entries up to the end of a body; false unless they are whole, begin at <paramref name="first"/> and follow each other (or, where some may be missing, do not go
    /// back), and none was made after it was accepted.
    /// </summary>
    public static bool IsValid(SpanReader body, int count, EntryIndex first, bool mayMissSome)
    {
        EntryIndex next = first;
        for (int i = 0; i < count; i++)
        {
            if (!EntryCodec.TryRead(ref body, out EntryView entry) || entry.Header.Index < next || (entry.Header.Index > next && !mayMissSome)
                || entry.Header.Epoch > entry.Header.AcceptedIn)
            {
                return false;
            }

            next = entry.Header.Index.Next;
        }

        return count <= ConsensusLimits.MaxEntriesPerMessage && body.IsAtEnd;
    }
}
