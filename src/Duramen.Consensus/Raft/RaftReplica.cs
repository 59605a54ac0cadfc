using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Raft.Messages;
using Duramen.Consensus.Raft.Peers;
using Duramen.Consensus.Replicas;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Raft;

/// <summary>
/// One Raft replica. This part holds what every step may do: take a message, change term and role. The other parts are about elections, replication, reads, membership and
/// snapshots; what Raft has in common with other protocols is in <see cref="LeadingReplica{TPeer}"/>.
/// </summary>
internal sealed partial class RaftReplica : LeadingReplica<Peer>
{
    private readonly RaftOptions _options;

    public RaftReplica(ReplicaStart start, RaftOptions options)
        : base(MessageProtocol.Raft, start)
    {
        _options = options;
        RestartElectionTimer();
        Started();
    }

    // The newest membership in the log decides, committed or not (thesis 4.1).
    public override Membership Membership => _memberships.Latest;

    private protected override long MaxUncommittedBytes => _options.MaxUncommittedBytes;

    private Epoch Term => _hard.Current;

    private protected override void Tick()
    {
        if (_role == ReplicaRole.Leader)
        {
            TickLeader();
        }
        else
        {
            TickElection();
        }
    }

    private protected override void Persisted(PersistId id)
    {
        bool isLogSynced = _persists.Complete(id);
        FinishInstalling();
        CountOwnVote();
        if (isLogSynced && _role == ReplicaRole.Leader)
        {
            AdvanceCommit();
        }

        _log.Shrink(EntryIndex.Min(_committed, _persists.Synced), _options.CacheBytes);
    }

    private protected override void Receive(in MessageEnvelope envelope, SpanReader body)
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
            case RaftMessage.AppendRequest when LogPart.TryRead(body, newest: envelope.Epoch, out LogPart part):
                ReceiveAppend(from, envelope.Epoch, part);
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
            StopLeading();
        }

        _role = ReplicaRole.Follower;
        _leader = leader;
        RestartElectionTimer();
    }

    private SpanWriter BeginMessage(RaftMessage type, ReplicaId to, PersistId after, int bodyBytes, out Span<byte> message) =>
        BeginMessage((byte)type, Term, to, after, bodyBytes, out message);
}
