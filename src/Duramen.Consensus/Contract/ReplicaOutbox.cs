using System.Runtime.InteropServices;
using Duramen.Consensus.Entries;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Contract;

/// <summary>
/// The effects of one input. The host owns it, carries the effects out and clears it before the next input; the same one serves for ever, so that a step
/// allocates nothing. Any order of carrying them out is right, as long as writes keep theirs and messages wait for what they name.
/// </summary>
public sealed class ReplicaOutbox : IDisposable
{
    private readonly PooledBuffer _messageBytes = new();
    private readonly PooledBuffer _entryBytes = new();
    private readonly List<MessageRange> _messages = [];
    private readonly List<PlacedRequest> _placed = [];
    private readonly List<RejectedRequest> _rejected = [];
    private readonly List<ReadyRead> _reads = [];
    private readonly List<ReplicaId> _snapshotsWanted = [];
    private PersistId _persistId;
    private HardState? _hardState;
    private SnapshotMeta? _snapshot;
    private EntryIndex _truncateFrom;
    private int _entryCount;

    /// <summary>Whether there is something to write.</summary>
    public bool HasPersist => _persistId != PersistId.None;

    /// <summary>What to write, if <see cref="HasPersist"/>.</summary>
    public PersistEffect Persist => new(_persistId, _hardState, _snapshot, _truncateFrom, _entryCount, _entryBytes.WrittenSpan);

    /// <summary>How many messages there are to send.</summary>
    public int MessageCount => _messages.Count;

    /// <summary>Proposals and changes that got a place.</summary>
    public ReadOnlySpan<PlacedRequest> Placed => CollectionsMarshal.AsSpan(_placed);

    /// <summary>Requests that had no effect.</summary>
    public ReadOnlySpan<RejectedRequest> Rejected => CollectionsMarshal.AsSpan(_rejected);

    /// <summary>Reads that may be answered.</summary>
    public ReadOnlySpan<ReadyRead> Reads => CollectionsMarshal.AsSpan(_reads);

    /// <summary>Members that need entries which are gone here: the host sends them its last snapshot, at the latest that of the last <see cref="IReplica.Trim"/>.</summary>
    public ReadOnlySpan<ReplicaId> SnapshotsWanted => CollectionsMarshal.AsSpan(_snapshotsWanted);

    /// <summary>Everything up to here is committed; zero when nothing new is.</summary>
    public EntryIndex Committed { get; private set; }

    /// <summary>Whether role, epoch or known leader changed; the following three say to what.</summary>
    public bool RoleChanged { get; private set; }

    /// <summary>The new role.</summary>
    public ReplicaRole Role { get; private set; }

    /// <summary>The new epoch.</summary>
    public Epoch Epoch { get; private set; }

    /// <summary>The leader of that epoch, if known.</summary>
    public ReplicaId Leader { get; private set; }

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => !HasPersist && _messages.Count == 0 && _placed.Count == 0 && _rejected.Count == 0 && _reads.Count == 0
        && _snapshotsWanted.Count == 0 && Committed == EntryIndex.Zero && !RoleChanged;

    /// <summary>A message to send.</summary>
    public OutgoingMessage Message(int number)
    {
        MessageRange range = _messages[number];
        return new OutgoingMessage(range.To, range.After, _messageBytes.WrittenSpan.Slice(range.Start, range.LengthBytes));
    }

    /// <summary>Forgets everything and keeps the memory.</summary>
    public void Clear()
    {
        _messageBytes.Clear();
        _entryBytes.Clear();
        _messages.Clear();
        _placed.Clear();
        _rejected.Clear();
        _reads.Clear();
        _snapshotsWanted.Clear();
        _persistId = PersistId.None;
        _hardState = null;
        _snapshot = null;
        _truncateFrom = EntryIndex.Zero;
        _entryCount = 0;
        Committed = EntryIndex.Zero;
        RoleChanged = false;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _messageBytes.Dispose();
        _entryBytes.Dispose();
    }

    // What follows is for replicas.

    /// <summary>Begins the write of this step, of which there is at most one, or goes on with it.</summary>
    public void BeginPersist(PersistId id)
    {
        Invariant.Holds(_persistId == PersistId.None || _persistId == id);
        _persistId = id;
    }

    /// <summary>Adds a hard state to the write.</summary>
    public void PersistHardState(HardState hardState) => _hardState = hardState;

    /// <summary>Adds the switch to a received snapshot to the write.</summary>
    public void PersistSnapshot(SnapshotMeta snapshot) => _snapshot = snapshot;

    /// <summary>Adds a cut to the write; it comes before the entries, so none may have been added.</summary>
    public void PersistTruncation(EntryIndex from)
    {
        Invariant.Holds(_entryCount == 0 && (_truncateFrom == EntryIndex.Zero || from <= _truncateFrom));
        _truncateFrom = from;
    }

    /// <summary>Adds an entry to the write.</summary>
    public void PersistEntry(in EntryView entry)
    {
        int size = EntryCodec.SizeOf(entry);
        EntryCodec.Write(entry, _entryBytes.GetSpan(size));
        _entryBytes.Advance(size);
        _entryCount++;
    }

    /// <summary>Adds a message of a known size; the caller fills the memory before anything else is added.</summary>
    public Span<byte> AddMessage(ReplicaId to, PersistId after, int sizeBytes)
    {
        Span<byte> memory = _messageBytes.GetSpan(sizeBytes)[..sizeBytes];
        _messages.Add(new MessageRange(to, after, _messageBytes.Length, sizeBytes));
        _messageBytes.Advance(sizeBytes);
        return memory;
    }

    /// <summary>Says that a request got a place.</summary>
    public void Place(RequestToken token, EntryIndex index, Epoch epoch) => _placed.Add(new PlacedRequest(token, index, epoch));

    /// <summary>Says that a request had no effect.</summary>
    public void Reject(RequestToken token, Rejection reason) => _rejected.Add(new RejectedRequest(token, reason));

    /// <summary>Says that a read may be answered.</summary>
    public void Release(RequestToken token, EntryIndex index) => _reads.Add(new ReadyRead(token, index));

    /// <summary>Asks for a snapshot to be sent.</summary>
    public void WantSnapshot(ReplicaId to) => _snapshotsWanted.Add(to);

    /// <summary>Says how far the log is committed.</summary>
    public void Commit(EntryIndex upTo)
    {
        Invariant.Holds(upTo > Committed);
        Committed = upTo;
    }

    /// <summary>Says that role, epoch or leader changed.</summary>
    public void ChangeRole(ReplicaRole role, Epoch epoch, ReplicaId leader)
    {
        RoleChanged = true;
        Role = role;
        Epoch = epoch;
        Leader = leader;
    }

    private readonly record struct MessageRange(ReplicaId To, PersistId After, int Start, int LengthBytes);
}
