using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Persists;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Replicas;

/// <summary>
/// A replica whose log has no gaps: entries are appended behind the last one, and cut off where they are not those of the leader. So it is in every protocol here but Multi-Paxos.
/// </summary>
internal abstract class LogReplica : Replica
{
    private protected readonly EntryLog _log;
    private protected readonly PersistQueue _persists;

    private protected LogReplica(MessageProtocol protocol, ReplicaStart start)
        : base(protocol, start, new MembershipHistory(start.Snapshot.Index, start.Snapshot.Membership))
    {
        _log = new EntryLog(start.Snapshot.Index, start.Snapshot.Epoch, start.Entries);
        _persists = new PersistQueue(_log.Last);
        for (EntryIndex index = _log.First; index <= _log.Last; index = index.Next)
        {
            if (start.Entries.ReadHeader(index).Kind == EntryKind.Configuration)
            {
                _memberships.Append(index, Decode(_log.Read(index).Payload));
            }
        }
    }

    public sealed override EntryIndex Synced => _persists.Synced;

    public sealed override EntryIndex First => _log.First;

    public sealed override EntryIndex Last => _log.Last;

    public sealed override long CachedBytes => _log.CachedBytes;

    public sealed override Membership UpcomingMembership => _memberships.Latest;

    private protected sealed override PersistId LastIssued => _persists.LastIssued;

    private protected sealed override PersistId LastSynced => _persists.LastSynced;

    private protected bool IsChangePending => _memberships.LatestIndex > _committed;

    public sealed override bool TryReadEntry(EntryIndex index, out EntryView entry)
    {
        bool isHere = index >= _log.First && index <= _log.Last;
        entry = isHere ? _log.Read(index) : default;
        return isHere;
    }

    private protected sealed override SnapshotMeta Describe(EntryIndex index)
    {
        Invariant.Holds(index <= _committed && _log.Knows(index));
        return index == _snapshot.Index ? _snapshot : new SnapshotMeta(index, _log.EpochAt(index), _memberships.At(index));
    }

    private protected sealed override void Trim(EntryIndex upTo)
    {
        _log.TrimTo(upTo);
        _memberships.TrimTo(upTo);
    }

    private protected sealed override void Issue(PersistId write)
    {
        PersistId issued = _persists.Issue(_log.Last);
        Invariant.Holds(issued == write);
    }

    private protected sealed override EntryIndex Append(EntryKind kind, Epoch epoch, int recordCount, ReadOnlySpan<byte> payload)
    {
        var header = new EntryHeader(_log.Last.Next, epoch, kind, recordCount);
        AppendToLog(header, payload);
        return header.Index;
    }

    private protected void AppendToLog(in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        Write();
        _log.Append(header, payload);
        _outbox.PersistEntry(new EntryView(header, payload));
        if (header.Kind == EntryKind.Configuration)
        {
            _memberships.Append(header.Index, Decode(payload));
            OnMembershipChanged();
        }
    }

    private protected void TruncateLog(EntryIndex from)
    {
        Invariant.Holds(from > _committed);
        Write();
        _log.TruncateFrom(from);
        EntryIndex overwritten = from;
        Mutant.Weaken("R13", ref overwritten, new EntryIndex(long.MaxValue));
        _persists.Withdraw(overwritten);
        _outbox.PersistTruncation(from);
        if (_memberships.TruncateFrom(from))
        {
            OnMembershipChanged();
        }
    }

    private protected void CommitTo(EntryIndex index)
    {
        if (index > _committed)
        {
            Invariant.Holds(index <= _log.Last);
            _committed = index;
            OnCommitted();
        }
    }

    // How many of the entries behind one, up to another, a message takes, and their size.
    private protected int CountForMessage(EntryIndex previous, EntryIndex upTo, int maxBytes, out int sizeBytes)
    {
        int count = 0;
        sizeBytes = 0;
        for (EntryIndex index = previous.Next; index <= upTo && sizeBytes < maxBytes && count < ConsensusLimits.MaxEntriesPerMessage; index = index.Next)
        {
            sizeBytes += EntryCodec.SizeOf(_log.Read(index));
            count++;
        }

        return count;
    }

    // Returns the last entry that was written.
    private protected EntryIndex WriteEntries(ref SpanWriter writer, EntryIndex previous, int count)
    {
        EntryIndex last = previous;
        for (int i = 0; i < count; i++)
        {
            last = last.Next;
            EntryView entry = _log.Read(last);
            EntryCodec.Write(entry, writer.Take(EntryCodec.SizeOf(entry)));
        }

        return last;
    }

    // Where the log holds all that a snapshot stands for, it only tells that this is committed; otherwise the host is asked to switch to it.
    private protected void TakeSnapshot(SnapshotMeta snapshot)
    {
        if (_log.Knows(snapshot.Index) && _log.EpochAt(snapshot.Index) == snapshot.Epoch)
        {
            CommitTo(snapshot.Index);
            return;
        }

        BeginInstalling(snapshot);
        _outbox.PersistTruncation(snapshot.Index.Next);
        _log.Reset(snapshot.Index, snapshot.Epoch);
        _memberships.Reset(snapshot.Index, snapshot.Membership);
        _persists.Withdraw(EntryIndex.Zero.Next);
        OnInstalling(snapshot);
    }

    // The newest membership in the log became another one.
    private protected virtual void OnMembershipChanged()
    {
    }

    private protected virtual void OnCommitted()
    {
    }

    // The log is empty behind a snapshot that the host will switch to.
    private protected abstract void OnInstalling(SnapshotMeta snapshot);
}
