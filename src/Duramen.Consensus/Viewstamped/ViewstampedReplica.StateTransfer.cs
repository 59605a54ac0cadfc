using Duramen.Consensus.Contract;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Consensus.Viewstamped.Peers;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped;

// State transfer (5.2). What is committed can be had from anybody; the rest of a view's log from its primary alone, and what is to become one from the owner of the best.
// Nothing is cut before it: entries go one by one, each when the one that takes its place is in hand.
internal sealed partial class ViewstampedReplica
{
    // What was asked for last, and since when; zero when no answer is awaited.
    private int _ticksSinceAsked;
    private EntryIndex _askedAfter;
    private ReplicaId _donor;
    private EntryIndex _wantedLast;
    private EntryIndex _fetched;
    private ReplicaId _snapshotSentTo;
    private int _ticksSinceSnapshot;

    private void TickStateTransfer()
    {
        _ticksSinceSnapshot++;
        if (_ticksSinceAsked > 0 && ++_ticksSinceAsked > 1 + (_options.ViewChangeTicks / 4))
        {
            _ticksSinceAsked = 0;
            _fetched = EntryIndex.Zero;
        }
    }

    private void AskForState(ReplicaId from, EntryIndex after)
    {
        if (_ticksSinceAsked == 0 && !IsInstalling)
        {
            _ticksSinceAsked = 1;
            _askedAfter = after;
            SpanWriter writer = BeginMessage(ViewstampedMessage.GetState, from, PersistId.None, GetState.SizeBytes, out Span<byte> message);
            new GetState(after, _log.EpochAt(after)).Write(ref writer);
            MessageEnvelope.Seal(message);
        }
    }

    private void FetchLog(ReplicaId owner, EntryIndex last)
    {
        if (_donor != owner)
        {
            _donor = owner;
            _fetched = EntryIndex.Zero;
        }

        _wantedLast = last;
        AskForState(owner, EntryIndex.Max(EntryIndex.Min(_fetched, _log.Last), _committed));
    }

    private void ReceiveGetState(ReplicaId from, Epoch view, in GetState request)
    {
        // In a view change the log stands still until the new primary has what it needs.
        bool isWhole = view == View && (_role == ReplicaRole.Leader || (LogView < View && from == PrimaryOf(view)));
        EntryIndex limit = isWhole ? _log.Last : _committed;

        // A report promised what is synced; a primary's entries and what is committed need not be synced here.
        PersistId after = isWhole && _role != ReplicaRole.Leader ? Barrier : PersistId.None;
        Backup? backup = view == View ? FindPeer(from) : null;
        if (backup is not null)
        {
            backup.IsActive = true;
        }

        if (request.After < _log.First.Previous)
        {
            SendSnapshot(from);
        }
        else if (request.After <= limit && _log.EpochAt(request.After) == request.Epoch)
        {
            EntryIndex last = SendPart(ViewstampedMessage.NewState, from, after, request.After, limit);
            if (backup is not null)
            {
                // An old question does not bring back what was acknowledged since.
                backup.Sent = EntryIndex.Max(last, backup.Acknowledged);
            }
        }
    }

    private void SendSnapshot(ReplicaId to)
    {
        if (_snapshotSentTo != to || _ticksSinceSnapshot >= _options.ViewChangeTicks)
        {
            _snapshotSentTo = to;
            _ticksSinceSnapshot = 0;
            _outbox.WantSnapshot(to);
        }
    }

    private void ReceiveNewState(ReplicaId from, Epoch view, in ViewPart part)
    {
        if (_role == ReplicaRole.Leader || IsStarting || IsInstalling)
        {
            return;
        }

        // Who was the primary may have given up since, and says so by naming no start.
        bool isOfView = view == View && from == _leader && part.Start != ViewPart.NotStarted;
        bool isFromDonor = view == View && from == _donor && LogView < View;
        EntryIndex limit = EntryIndex.Min(part.Log.Last, part.Log.Committed);
        if (isOfView)
        {
            limit = part.Log.Last;
        }
        else if (isFromDonor)
        {
            limit = EntryIndex.Max(limit, EntryIndex.Min(part.Log.Last, _wantedLast));
        }

        if (!Matches(part.Log.Previous, part.Log.PreviousEpoch) || !TakeEntries(part.Log.Entries, part.Log.Count, limit))
        {
            return;
        }

        // Only the answer that is awaited leads to the next question: if one that comes twice did so twice, messages would breed messages.
        _ticksSinceAsked = part.Log.Previous == _askedAfter ? 0 : _ticksSinceAsked;
        if (isOfView)
        {
            ContinueView(from, view, part);
            return;
        }

        CommitTo(EntryIndex.Min(part.Log.Committed, limit));
        if (part.Log.Count == 0)
        {
            // Asking again at once would bring the same.
            return;
        }

        if (isFromDonor && view == View)
        {
            _fetched = limit;
            ChooseLog();
        }
        else if (limit < part.Log.Committed)
        {
            AskForState(from, EntryIndex.Max(limit, _committed));
        }
    }
}
