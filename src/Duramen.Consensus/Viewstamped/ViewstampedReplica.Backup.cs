using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped;

// What a backup does (4.1, 4.2 step 5): takes what the primary sends if it follows what it has, and acknowledges when its log is the view's.
internal sealed partial class ViewstampedReplica
{
    private void ReceivePrepare(ReplicaId from, Epoch view, in ViewPart part)
    {
        bool isOld = view < View;
        Mutant.Weaken("V03", ref isOld, false);
        if (isOld || from != PrimaryOf(view))
        {
            return;
        }

        if (view > View)
        {
            FollowView(view);
        }

        HearPrimary(from);
        if (!Matches(part.Log.Previous, part.Log.PreviousEpoch))
        {
            AskForState(from, LogView == View ? _log.Last : _committed);
        }
        else if (TakeEntries(part.Log.Entries, part.Log.Count, part.Log.Last))
        {
            ContinueView(from, view, part);
        }
    }

    // The log holds the part, and so it is the primary's up to the part's end.
    private void ContinueView(ReplicaId from, Epoch view, in ViewPart part)
    {
        CommitTo(EntryIndex.Min(part.Log.Committed, part.Log.Last));
        if (EraNumber.Of(view) != Era)
        {
            return;
        }

        if (LogView < view && part.Log.Last >= part.Start)
        {
            AdoptLog(EntryIndex.Max(part.Log.Last, _committed));
        }

        bool isNormal = LogView == view;
        Mutant.Weaken("V06", ref isNormal, true);
        if (isNormal)
        {
            SendPrepareOk(from, view, part.Log.Round);
        }
        else
        {
            AskForState(from, EntryIndex.Max(part.Log.Last, _committed));
        }
    }

    // Everything with which the view began is here: from now on the log is of this view. What lies behind and is not of it goes.
    private void AdoptLog(EntryIndex upTo)
    {
        if (_log.Last > upTo && EraNumber.MadeIn(_log.EpochAt(upTo.Next), Era) != View)
        {
            TruncateLog(upTo.Next);
        }

        SetHardState(View, View);
        _role = ReplicaRole.Follower;
    }

    private void SendPrepareOk(ReplicaId to, Epoch view, long round)
    {
        PersistId after = Barrier;
        Mutant.Weaken("V05", ref after, PersistId.None);
        SpanWriter writer = BeginMessage((byte)ViewstampedMessage.PrepareOk, view, to, after, PrepareOk.SizeBytes, out Span<byte> message);
        new PrepareOk(_log.Last, round).Write(ref writer);
        MessageEnvelope.Seal(message);
    }
}
