namespace Duramen.Consensus.Contract;

/// <summary>A way to agree on a log, with its settings.</summary>
public interface IProtocol
{
    /// <summary>The word that names it in commands and messages.</summary>
    string Name { get; }

    /// <summary>Starts a replica. It sends nothing until its first input.</summary>
    IReplica Start(ReplicaStart start);
}
