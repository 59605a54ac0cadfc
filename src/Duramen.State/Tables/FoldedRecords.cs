using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Log.Timestamps;
using Duramen.State.Store;

namespace Duramen.State.Tables;

/// <summary>The records that a snapshot of a table of one log knows since its horizon: those that changed it.</summary>
internal sealed class FoldedRecords(IStoreSnapshot snapshot) : IKnownRecords
{
    public Offset From => snapshot.Horizon;

    public IEnumerable<TimestampMatch> Between(Offset from, Offset to)
    {
        from = Offset.Max(from, snapshot.Horizon);
        to = Offset.Min(to, snapshot.Position);
        if (from >= to)
        {
            yield break;
        }

        using IVersionCursor changes = snapshot.Changes(from, to);
        while (changes.MoveNext())
        {
            yield return new TimestampMatch(changes.Current.Offset, changes.Current.TimestampMs);
        }
    }
}
