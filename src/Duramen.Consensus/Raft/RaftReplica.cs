using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Persists;
using Duramen.Consensus.Raft.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Core.Random;

namespace Duramen.Consensus.Raft;

/// <summary>
/// One Raft replica. This part holds its state, the way of a step, and what every step may do: write, change term and role, commit. The other parts are
/// about elections, replication, reads, membership and snapshots.
/// </summary>
internal sealed partial class RaftReplica : IReplica, IReplicaProbe
{
    private readonly RaftOptions _options;
    private readonly ReplicaId _self;
    private readonly Prng _chance;
    private readonly EntryLog _log;
    private readonly PersistQueue _persists;
    private readonly MembershipHistory _memberships;

    // The outbox of the step under way; replicas are stepped from outside, one input at a time.
    private ReplicaOutbox _outbox = null!;
    private PersistId _writing;

    private HardState _hard;
    private ReplicaRole _role;
    private ReplicaId _leader;
    private EntryIndex _committed;
    private (ReplicaRole Role, Epoch Term, ReplicaId Leader) _said;

    public RaftReplica(ReplicaStart start, RaftOptions options)
    {
        _options = options;
        _self = start.Self;
        _chance = start.Chance;
        _hard = start.HardState;
        _snapshot = start.Snapshot;
        _committed = start.Snapshot.Index;
        _log = new EntryLog(start.Snapshot.Index, start.Snapshot.Epoch, start.Entries);
        _persists = new PersistQueue(_log.Last);
        _memberships = new MembershipHistory(start.Snapshot.Index, start.Snapshot.Membership);
        for (EntryIndex index = _log.First; index <= _log.Last; index = index.Next)
        {
            if (start.Entries.ReadHeader(index).Kind == EntryKind.Configuration)
            {
                _memberships.Append(index, Decode(_log.Read(index).Payload));
            }
        }

        _said = (_role, Term, _leader);
        RestartElectionTimer();
    }

    public IReplicaProbe Probe => this;

    ReplicaRole IReplicaProbe.Role => _role;

    ReplicaId IReplicaProbe.Leader => _leader;

    HardState IReplicaProbe.HardState => _hard;

    EntryIndex IReplicaProbe.Committed => _committed;

    EntryIndex IReplicaProbe.Synced => _persists.Synced;

    EntryIndex IReplicaProbe.First => _log.First;

    EntryIndex IReplicaProbe.Last => _log.Last;

    Membership IReplicaProbe.Membership => Membership;

    SnapshotMeta IReplicaProbe.Snapshot => _snapshot;

    private Epoch Term => _hard.Current;

    // The newest membership in the log decides, committed or not (thesis 4.1).
    private Membership Membership => _memberships.Latest;

    // What depends on anything this replica has in memory waits for the newest write.
    private PersistId Barrier => _writing != PersistId.None ? _writing : _persists.LastIssued;

    bool IReplicaProbe.TryReadEntry(EntryIndex index, out EntryView entry)
    {
        bool isHere = index >= _log.First && index <= _log.Last;
        entry = isHere ? _log.Read(index) : default;
        return isHere;
    }

    public void Tick(ReplicaOutbox outbox)
    {
        Begin(outbox);
        if (_role == ReplicaRole.Leader)
        {
            TickLeader();
        }
        else
        {
            TickElection();
        }

        End();
    }

    public void Receive(ReadOnlySpan<byte> message, ReplicaOutbox outbox)
    {
        Begin(outbox);
        if (MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body) && envelope.Protocol == MessageProtocol.Raft
            && envelope.To == _self && envelope.From.Node.IsSome)
        {
            Dispatch(envelope, body);
        }

        End();
    }

    public void Persisted(PersistId id, ReplicaOutbox outbox)
    {
        Begin(outbox);
        bool isLogSynced = _persists.Complete(id);
        FinishInstalling();
        CountOwnVote();
        if (isLogSynced && _role == ReplicaRole.Leader)
        {
            AdvanceCommit();
        }

        _log.Shrink(EntryIndex.Min(_committed, _persists.Synced), _options.CacheBytes);
        End();
    }

    private void Dispatch(in MessageEnvelope envelope, SpanReader body)
    {
        ReplicaId from = envelope.From;
        switch ((RaftMessage)envelope.Type)
        {
            case RaftMessage.VoteRequest when VoteRequest.TryRead(body, out VoteRequest request):
                ReceiveVoteRequest(from, envelope.Epoch, request);
                break;
            case RaftMessage.VoteResponse when VoteResponse.TryRead(body, out VoteResponse response):
                // A pre-vote's answer comes from whatever term the other is in; the question is named in it.
                if (IsOfThisTerm(envelope.Epoch) || response.IsPreVote)
                {
                    ReceiveVoteResponse(from, response);
                }

                break;
            case RaftMessage.AppendRequest when AppendRequest.TryRead(body, envelope.Epoch, out AppendRequest request):
                ReceiveAppend(from, envelope.Epoch, request);
                break;
            case RaftMessage.AppendResponse when AppendResponse.TryRead(body, out AppendResponse response):
                if (IsOfThisTerm(envelope.Epoch) && _role == ReplicaRole.Leader)
                {
                    ReceiveAppendResponse(from, response);
                }

                break;
            case RaftMessage.TakeOver when body.IsAtEnd:
                if (IsOfThisTerm(envelope.Epoch))
                {
                    ReceiveTakeOver(from);
                }

                break;
            default:
                break;
        }
    }

    // Follows a newer term; says whether a message belongs to the term it is now in.
    private bool IsOfThisTerm(Epoch term)
    {
        if (term > Term)
        {
            Follow(term, ReplicaId.None);
        }

        return term == Term;
    }

    private void Begin(ReplicaOutbox outbox)
    {
        Invariant.Holds(outbox.IsEmpty);
        _outbox = outbox;
        _writing = PersistId.None;
    }

    private void End()
    {
        if (_writing != PersistId.None)
        {
            PersistId issued = _persists.Issue(_log.Last);
            Invariant.Holds(issued == _writing);
        }

        if (_said != (_role, Term, _leader))
        {
            _said = (_role, Term, _leader);
            _outbox.ChangeRole(_role, Term, _leader);
        }
    }

    private void Write()
    {
        _writing = new PersistId(_persists.LastIssued.Value + 1);
        _outbox.BeginPersist(_writing);
    }

    private void SetHardState(HardState hard)
    {
        Invariant.Holds(hard.Current >= _hard.Current);
        _hard = hard;
        Write();
        _outbox.PersistHardState(hard);
    }

    // Steps down, into a newer term or within this one.
    private void Follow(Epoch term, ReplicaId leader)
    {
        if (term > Term)
        {
            SetHardState(new HardState(term));
        }

        if (_role == ReplicaRole.Leader)
        {
            LeaveLeadership();
        }

        _role = ReplicaRole.Follower;
        _leader = leader;
        RestartElectionTimer();
    }

    private void AppendToLog(in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        Write();
        _log.Append(header, payload);
        _outbox.PersistEntry(new EntryView(header, payload));
        if (header.Kind == EntryKind.Configuration)
        {
            _memberships.Append(header.Index, Decode(payload));
            MembershipChanged();
        }
    }

    private void TruncateLog(EntryIndex from)
    {
        Write();
        _log.TruncateFrom(from);
        EntryIndex overwritten = from;
        Mutant.Weaken("R13", ref overwritten, new EntryIndex(long.MaxValue));
        _persists.Withdraw(overwritten);
        _outbox.PersistTruncation(from);
        if (_memberships.TruncateFrom(from))
        {
            MembershipChanged();
        }
    }

    private void CommitTo(EntryIndex index)
    {
        if (index > _committed)
        {
            Invariant.Holds(index <= _log.Last);
            _committed = index;
            if (!IsInstalling)
            {
                _outbox.Commit(index);
            }
        }
    }

    private SpanWriter BeginMessage(RaftMessage type, ReplicaId to, PersistId after, int bodyBytes, out Span<byte> message)
    {
        message = _outbox.AddMessage(to, after, MessageEnvelope.SizeBytes + bodyBytes);
        return new MessageEnvelope(MessageProtocol.Raft, (byte)type, _self, to, Term).Begin(message);
    }

    // What is in the log was read by TryRead before it got there.
    private static Membership Decode(ReadOnlySpan<byte> payload)
    {
        bool isValid = Membership.TryRead(payload, out Membership membership);
        Invariant.Holds(isValid);
        return membership;
    }
}
