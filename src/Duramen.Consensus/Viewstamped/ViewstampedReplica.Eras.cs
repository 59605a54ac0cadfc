using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped;

// Changes of membership (7): an entry that is the last of its era. The old members commit it, and with that the new ones decide, beginning with the view that the entry names.
internal sealed partial class ViewstampedReplica
{
    private protected override Epoch EpochOfChange => EraNumber.BegunIn(View);

    private protected override Rejection? ReasonAgainstChange()
    {
        if (IsChangePending)
        {
            return Rejection.ChangePending;
        }

        // Before the next era a majority of this one has everything with which it began.
        return KnowsCommitted ? null : Rejection.NotReady;
    }

    // The voters are primaries in turn.
    private ReplicaId PrimaryOf(Epoch view) => _voters.Length == 0 ? ReplicaId.None : _voters[EraNumber.Within(view) % _voters.Length];

    // The log up to the entry that began the era is the log with which its first view begins: whoever has it is in status normal.
    private protected override void BeginEra(EntryIndex began)
    {
        Membership before = _membership;
        bool isPrimary = _role == ReplicaRole.Leader;
        if (isPrimary)
        {
            StopLeading();
        }

        Govern(_memberships.At(began), began);
        Epoch first = _log.EpochAt(began);
        EntryIndex last = IsChangePending ? _memberships.LatestIndex.Previous : _log.Last;
        EnterEra(_log.EpochAt(last));
        if (View == first && IsPrimary)
        {
            BeginStarting();
        }

        if (isPrimary)
        {
            Announce(before, except: Membership.Nobody);
            Announce(_membership, except: Membership.Nobody);
        }
    }

    // The era has the entry's epoch as its number, so a replica whose log ends with an entry of a view has the whole log with which that view began.
    private void EnterEra(Epoch view)
    {
        ForgetViewChange();
        _role = ReplicaRole.Follower;
        _leader = ReplicaId.None;
        RestartTimer();
        Epoch now = Epoch.Max(view, View);
        SetHardState(now, Epoch.Max(view, LogView));
        _entered = _writing;
    }

    private protected override void SendStartEra(ReplicaId to)
    {
        SpanWriter writer = BeginMessage(ViewstampedMessage.StartEra, to, PersistId.None, StartEra.SizeBytes, out Span<byte> message);
        new StartEra(_committed, _log.EpochAt(_committed)).Write(ref writer);
        MessageEnvelope.Seal(message);
    }

    // Whoever is in an earlier era is told of this one; whoever is in a later one is asked for what led there.
    private bool IsOfThisEra(ReplicaId from, Epoch view)
    {
        long era = EraNumber.Of(view);
        if (era < Era)
        {
            SendStartEra(from);
        }
        else if (era > Era)
        {
            CatchUpFrom(from);
        }

        return era == Era;
    }

    private void CatchUpFrom(ReplicaId from)
    {
        if (_role == ReplicaRole.Leader)
        {
            GiveUp();
        }

        // The owner of the log that this view lacks may be gone with its era, and never answer.
        if (_donor != ReplicaId.None)
        {
            _donor = ReplicaId.None;
            _fetched = EntryIndex.Zero;
            _ticksSinceAsked = 0;
        }

        AskForState(from, _committed);
    }

    private void ReceiveStartEra(ReplicaId from, Epoch view, in StartEra note)
    {
        bool isNews = EraNumber.Of(view) > Era;
        if (isNews && !IsStarting && _log.Knows(note.Committed) && _log.EpochAt(note.Committed) == note.Epoch)
        {
            if (_role == ReplicaRole.Leader)
            {
                GiveUp();
            }

            CommitTo(note.Committed);
        }

        if (IsOfThisEra(from, view))
        {
            BeginMessage(ViewstampedMessage.EraStarted, from, PersistId.None, 0, out Span<byte> message);
            MessageEnvelope.Seal(message);
        }
    }
}
