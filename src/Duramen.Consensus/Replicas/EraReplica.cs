using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Quorums;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Replicas;

/// <summary>
/// A replica of a protocol in which an entry that changes the members is the last of its era (<see cref="EraNumber"/>): the old members commit it, and with that the new ones decide.
/// </summary>
internal abstract class EraReplica<TPeer> : LeadingReplica<TPeer>
    where TPeer : PeerProgress
{
    private protected Membership _membership = Membership.Nobody;
    private protected EntryIndex _eraBegan;

    // The voters of the era, in the order of their places.
    private protected ReplicaId[] _voters = [];

    // A replica that is no voter of its era keeps telling those who are, until a majority of them knows.
    private bool _isUsher;
    private ulong _ushered;
    private int _ticksSinceUshered;

    private protected EraReplica(MessageProtocol protocol, ReplicaStart start)
        : base(protocol, start)
    {
        // A host may have synced a snapshot before the write that entered the snapshot's era.
        if (EraNumber.Of(start.Snapshot.Epoch) > Era)
        {
            _hard = new HardState(start.Snapshot.Epoch, start.Snapshot.Epoch);
        }

        // An era is entered only when the entry that begins it is committed.
        foreach ((EntryIndex index, _) in _memberships.After(start.Snapshot.Index))
        {
            _committed = EraNumber.Of(_log.EpochAt(index)) <= Era ? index : _committed;
        }

        Govern(_memberships.At(_committed), _memberships.IndexAt(_committed));
    }

    public sealed override Membership Membership => _membership;

    private protected long Era => EraNumber.Of(_hard.Current);

    private protected void Govern(Membership membership, EntryIndex began)
    {
        _membership = membership;
        _eraBegan = began;
        _voters = membership.ListOf(membership.Voters);
        _isUsher = _voters.Length > 0 && !membership.IsVoter(_self);
        _ushered = 0;
        _ticksSinceUshered = 0;
    }

    private protected sealed override void OnCommitted()
    {
        EntryIndex known = _committed;
        Mutant.Weaken("V15", ref known, _log.Last);
        Mutant.Weaken("Z15", ref known, _log.Last);
        EntryIndex began = _memberships.IndexAt(known);
        if (began > _eraBegan)
        {
            BeginEra(began);
        }
    }

    // What is committed here is in everybody's log, and equal entries have equal ones before them.
    private protected bool Matches(EntryIndex index, Epoch epoch) => index <= _committed || (_log.Knows(index) && _log.EpochAt(index) == epoch);

    // Takes entries that follow one which matches, up to another. False when one of them is not what it says it is, in which case nothing is taken.
    private protected bool TakeEntries(SpanReader entries, int count, EntryIndex upTo)
    {
        SpanReader rest = entries;
        for (int i = 0; i < count; i++)
        {
            EntryCodec.TryRead(ref rest, out EntryView entry);
            if (entry.Header.Kind == EntryKind.Configuration && !Membership.TryRead(entry.Payload, out _))
            {
                return false;
            }
        }

        for (int i = 0; i < count; i++)
        {
            EntryCodec.TryRead(ref entries, out EntryView entry);
            if (entry.Header.Index <= upTo && entry.Header.Index > _committed)
            {
                TakeEntry(entry);
            }
        }

        return true;
    }

    // Entries come from logs that hold everything which was committed; so one for whose place there is another was not, nor what stands behind it.
    private void TakeEntry(in EntryView entry)
    {
        EntryIndex index = entry.Header.Index;
        if (index <= _log.Last)
        {
            if (_log.EpochAt(index) == entry.Header.Epoch)
            {
                return;
            }

            TruncateLog(index);
        }

        AppendToLog(entry.Header, entry.Payload);
    }

    private protected abstract void BeginEra(EntryIndex began);

    private protected abstract void SendStartEra(ReplicaId to);

    // Tells all members but those of another membership.
    private protected void Announce(Membership members, Membership except)
    {
        foreach (ReplicaId member in members.Members)
        {
            if (member != _self && except.SlotOf(member) < 0)
            {
                SendStartEra(member);
            }
        }
    }

    private protected void CountUshered(ReplicaId from)
    {
        _ushered |= _membership.BitOf(from);
        _isUsher &= !Quorum.IsReached(_ushered, _membership);
    }

    private protected void TickUsher(int everyTicks)
    {
        if (_isUsher && ++_ticksSinceUshered >= everyTicks)
        {
            _ticksSinceUshered = 0;
            Announce(_membership, except: Membership.Nobody);
        }
    }
}
