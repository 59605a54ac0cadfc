using Duramen.Consensus.Contract;
using Duramen.Core.Ids;
using Duramen.Simulation.Clients;
using Duramen.Simulation.Events;
using Duramen.Simulation.Nodes;

namespace Duramen.Simulation;

// Requests on their way between clients and nodes.
internal sealed partial class SimulatedGroup
{
    /// <summary>Operations of all clients that were answered.</summary>
    public int AnsweredCount { get; private set; }

    /// <summary>A client that answered so many operations begins no further one.</summary>
    public int OperationLimit { get; set; } = int.MaxValue;

    /// <summary>Each client asks so many more times.</summary>
    public void AskForMore(int operations)
    {
        OperationLimit += operations;
        foreach (SimulatedClient client in Clients)
        {
            Events.Add(NowUs, new SimulatedEvent(EventKind.Client, client.Number));
        }
    }

    /// <summary>A node did not do what a client asked.</summary>
    public void Rejected(SimulatedNode node, long token, Rejection reason)
    {
        if (token != OperatorToken && ClientOf(token) is SimulatedClient client)
        {
            ReplicaId leader = node.Probe!.Leader;
            if (reason == Rejection.NotLeader && leader != node.ReplicaId && leader.Node.IsSome)
            {
                client.Target = leader.Node.Value - 1;
            }
            else if (reason == Rejection.NotLeader)
            {
                client.Wander(Nodes.Length);
            }

            TryAgainSoon(client);
        }
    }

    /// <summary>A node did what a client asked.</summary>
    public void Answered(SimulatedNode node, long token, EntryIndex index, long result)
    {
        if (token != OperatorToken && ClientOf(token) is SimulatedClient client)
        {
            Checks.Acknowledged(node, client.Number, client.Current.Request, index, result);
            SendAnswer(client, token, result);
        }
    }

    /// <summary>A node's state is as far as a read needs.</summary>
    public void ReadAnswered(SimulatedNode node, long token)
    {
        if (ClientOf(token) is SimulatedClient client)
        {
            SendAnswer(client, token, node.ReadRegister(client.Current.Key));
        }
    }

    /// <summary>A client asks a node, here and now: for the operation under way, or, if it is idle, for its next one.</summary>
    public void Ask(SimulatedClient client, SimulatedNode node)
    {
        if (client.IsIdle)
        {
            client.Begin(Happened);
        }

        RequestArrives(node, TokenOf(client));
    }

    private void ClientWakes(in SimulatedEvent happening)
    {
        SimulatedClient client = Clients[happening.Target];
        if (client.IsIdle)
        {
            if (client.Answered < OperationLimit)
            {
                client.Begin(Happened);
                SendRequest(client);
            }
        }
        else if (happening.Number == TokenOf(client))
        {
            client.TryAgain();
            if (happening.Value != 0)
            {
                client.Wander(Nodes.Length);
            }

            SendRequest(client);
        }
    }

    private void SendRequest(SimulatedClient client)
    {
        if (!client.Loses())
        {
            Events.Add(NowUs + client.DelayUs(), new SimulatedEvent(EventKind.Request, client.Target, Number: TokenOf(client)));
        }

        long timeout = Options.Clients.TimeoutUs;
        Events.Add(NowUs + timeout, new SimulatedEvent(EventKind.Client, client.Number, Number: TokenOf(client), Value: 1));
    }

    private void RequestArrives(SimulatedNode node, long token)
    {
        if (ClientOf(token) is not SimulatedClient client)
        {
            return;
        }

        if (node.Status != NodeStatus.Running)
        {
            client.Wander(Nodes.Length);
            TryAgainSoon(client);
        }
        else if (client.Current.Operation == Operation.Get)
        {
            Checks.ReadAsked(node, token);
            node.Read(token);
        }
        else
        {
            node.Propose(token, client.Payload());
        }
    }

    private void TryAgainSoon(SimulatedClient client) =>
        Events.Add(NowUs + (20 * client.DelayUs()), new SimulatedEvent(EventKind.Client, client.Number, Number: TokenOf(client)));

    private void SendAnswer(SimulatedClient client, long token, long result)
    {
        if (!client.Loses())
        {
            Events.Add(NowUs + client.DelayUs(), new SimulatedEvent(EventKind.Answer, client.Number, Number: token, Value: result));
        }
    }

    private void AnswerArrives(in SimulatedEvent happening)
    {
        if (ClientOf(happening.Number) is SimulatedClient client)
        {
            client.End(happening.Value, Happened);
            AnsweredCount++;
            Events.Add(NowUs + client.ThinkUs(), new SimulatedEvent(EventKind.Client, client.Number));
        }
    }

    // A token says who asked what, and which try it is: client (16 bits), request (32), try (15).
    private static long TokenOf(SimulatedClient client) =>
        ((long)client.Number << 47) | (client.Current.Request << 15) | ((long)client.Attempt & 0x7FFF);

    private static long StampOf(SimulatedClient client) => TokenOf(client);

    // The client that asked, if it still waits for an answer to that.
    private SimulatedClient? ClientOf(long token)
    {
        SimulatedClient client = Clients[token >> 47];
        return !client.IsIdle && client.Current.Request == ((token >> 15) & 0xFFFFFFFF) ? client : null;
    }
}
