using System.Text;
using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Paxos.SingleDecree;
using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Consensus.Tests.Paxos;

public sealed class SingleDecreeTests
{
    private static readonly Membership Acceptors = Group.Of(1, 2, 3);
    private static readonly Epoch[] Ballots = [new(1, new NodeId(1)), new(2, new NodeId(2)), new(3, new NodeId(1))];

    [Fact]
    public void A_proposer_takes_over_the_value_of_the_highest_ballot_it_hears_of()
    {
        var proposer = new Proposer(Ballots[2], Bytes("own"), Acceptors);
        proposer.Receive(Group.Replica(1), new Promise(Ballots[2], Ballots[1], Bytes("second")));
        Assert.False(proposer.MayPropose);
        proposer.Receive(Group.Replica(1), new Promise(Ballots[2], Ballots[1], Bytes("second")));
        Assert.False(proposer.MayPropose);
        proposer.Receive(Group.Replica(2), new Promise(Ballots[2], Ballots[0], Bytes("first")));
        Assert.True(proposer.MayPropose);
        Assert.Equal("second", Text(proposer.Value));
    }

    [Fact]
    public void An_acceptor_keeps_its_promise()
    {
        AcceptorState state = default(AcceptorState).Prepare(Ballots[1], out Promise? promise);
        Assert.NotNull(promise);
        Assert.Equal(state, state.Accept(Ballots[0], Bytes("late"), out bool isAccepted));
        Assert.False(isAccepted);
        state.Prepare(Ballots[0], out promise);
        Assert.Null(promise);
    }

    [Fact]
    public void Acceptances_of_different_ballots_and_of_one_acceptor_twice_choose_nothing()
    {
        var learner = new Learner(Acceptors);
        learner.Receive(Group.Replica(1), Ballots[0], Bytes("a"));
        learner.Receive(Group.Replica(1), Ballots[0], Bytes("a"));
        learner.Receive(Group.Replica(2), Ballots[1], Bytes("a"));
        Assert.False(learner.IsChosen);
        learner.Receive(Group.Replica(3), Ballots[1], Bytes("a"));
        Assert.True(learner.IsChosen);
    }

    /// <summary>
    /// Three acceptors and three ballots, each with a value of its own, in every order in which messages can be delivered, lost or delivered again: what is chosen once stays chosen.
    /// </summary>
    [Fact]
    public void In_every_order_of_messages_at_most_one_value_is_chosen()
    {
        var seen = new HashSet<string>();
        var open = new Stack<World>();
        open.Push(new World());
        int chosen = 0;
        while (open.TryPop(out World? world))
        {
            if (seen.Add(world.Key))
            {
                chosen += world.CheckChosen() ? 1 : 0;
                foreach (World next in world.Successors())
                {
                    open.Push(next);
                }
            }
        }

        Assert.True(seen.Count > 10_000);
        Assert.True(chosen > 1_000);
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.ASCII.GetString(bytes.Span);

    /// <summary>What the acceptors remember, and every message that was ever sent: any of them may still arrive.</summary>
    private sealed class World
    {
        private readonly AcceptorState[] _acceptors = new AcceptorState[3];
        private readonly Promise?[,] _promises = new Promise?[3, 3];
        private readonly string?[] _proposals = new string?[3];
        private readonly bool[,] _accepted = new bool[3, 3];

        public string Key
        {
            get
            {
                var key = new StringBuilder();
                foreach (AcceptorState state in _acceptors)
                {
                    key.Append(state.Promised).Append(state.AcceptedIn).Append(Text(state.Value)).Append('|');
                }

                for (int ballot = 0; ballot < 3; ballot++)
                {
                    key.Append(_proposals[ballot]).Append(':');
                    for (int acceptor = 0; acceptor < 3; acceptor++)
                    {
                        key.Append(_accepted[ballot, acceptor] ? '+' : '-');
                        key.Append(_promises[ballot, acceptor] is Promise promise ? $"{promise.AcceptedIn}{Text(promise.Value)}" : "?");
                    }
                }

                return key.ToString();
            }
        }

        public bool CheckChosen()
        {
            var values = new HashSet<string>();
            for (int ballot = 0; ballot < 3; ballot++)
            {
                var learner = new Learner(Acceptors);
                for (int acceptor = 0; acceptor < 3; acceptor++)
                {
                    if (_accepted[ballot, acceptor])
                    {
                        learner.Receive(Group.Replica(acceptor + 1), Ballots[ballot], Bytes(_proposals[ballot]!));
                    }
                }

                if (learner.IsChosen)
                {
                    values.Add(Text(learner.Chosen));
                }
            }

            Assert.True(values.Count <= 1, $"Chosen: {string.Join(", ", values)}");
            return values.Count == 1;
        }

        public IEnumerable<World> Successors()
        {
            for (int ballot = 0; ballot < 3; ballot++)
            {
                for (int acceptor = 0; acceptor < 3; acceptor++)
                {
                    if (Prepared(ballot, acceptor) is World prepared)
                    {
                        yield return prepared;
                    }

                    if (Accepted(ballot, acceptor) is World accepted)
                    {
                        yield return accepted;
                    }
                }

                foreach (World proposed in Proposed(ballot))
                {
                    yield return proposed;
                }
            }
        }

        private World? Prepared(int ballot, int acceptor)
        {
            AcceptorState state = _acceptors[acceptor].Prepare(Ballots[ballot], out Promise? promise);
            if (promise is null || _promises[ballot, acceptor] is not null)
            {
                return null;
            }

            World next = Copy();
            next._acceptors[acceptor] = state;
            next._promises[ballot, acceptor] = promise;
            return next;
        }

        private World? Accepted(int ballot, int acceptor)
        {
            if (_proposals[ballot] is not string value || _accepted[ballot, acceptor])
            {
                return null;
            }

            AcceptorState state = _acceptors[acceptor].Accept(Ballots[ballot], Bytes(value), out bool isAccepted);
            World next = Copy();
            next._acceptors[acceptor] = state;
            next._accepted[ballot, acceptor] = isAccepted;
            return isAccepted ? next : null;
        }

        // A proposer goes on with the promises of whichever two acceptors reach it first.
        private IEnumerable<World> Proposed(int ballot)
        {
            for (int missing = 0; missing < 3 && _proposals[ballot] is null; missing++)
            {
                var proposer = new Proposer(Ballots[ballot], Bytes($"v{ballot}"), Acceptors);
                for (int acceptor = 0; acceptor < 3; acceptor++)
                {
                    if (acceptor != missing && _promises[ballot, acceptor] is Promise promise)
                    {
                        proposer.Receive(Group.Replica(acceptor + 1), promise);
                    }
                }

                if (proposer.MayPropose)
                {
                    World next = Copy();
                    next._proposals[ballot] = Text(proposer.Value);
                    yield return next;
                }
            }
        }

        private World Copy()
        {
            var copy = new World();
            _acceptors.CopyTo(copy._acceptors, 0);
            _proposals.CopyTo(copy._proposals, 0);
            Array.Copy(_promises, copy._promises, _promises.Length);
            Array.Copy(_accepted, copy._accepted, _accepted.Length);
            return copy;
        }
    }
}
