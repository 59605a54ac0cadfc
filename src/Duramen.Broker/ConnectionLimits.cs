namespace Duramen.Broker;

/// <summary>What clients may ask of a broker before anything is known about them. The defaults are finite where Kafka's are not.</summary>
public sealed record ConnectionLimits
{
    /// <summary>The largest request, in bytes without its length; 100 MiB by default (Kafka's <c>socket.request.max.bytes</c>).</summary>
    public int MaxFrameBytes { get; init; } = 100 << 20;

    /// <summary>
    /// The most connections at one time; 10,000 by default. One that is idle costs about 10 KiB, so that all of them stay below what a small server has.
    /// </summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>The most connections from one address at one time; 4,000 by default: clients behind one gateway share an address.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 4_000;

    /// <summary>
    /// The new connections a second that one address gets at once, 500 by default, after a first burst of as many as <see cref="NewConnectionsBurst"/>.
    /// Those beyond wait; nobody is refused for coming at the same moment as others, as clients do after a restart.
    /// </summary>
    public int NewConnectionsPerSecond { get; init; } = 500;

    /// <summary>The new connections that one address gets at once before <see cref="NewConnectionsPerSecond"/> counts; 2,500 by default.</summary>
    public int NewConnectionsBurst { get; init; } = 2_500;

    /// <summary>The requests of one connection that are started and not answered; 64 by default. Reading stops above it.</summary>
    public int MaxPipelinedRequests { get; init; } = 64;

    /// <summary>The bytes of requests of one connection that are not answered; 32 MiB by default. Reading stops above it, one request excepted.</summary>
    public long MaxConnectionBytesInFlight { get; init; } = 32 << 20;

    /// <summary>
    /// The bytes of requests of all connections that are not answered; a quarter of the memory that the process may use by default. Reading waits above it, and
    /// above half of it for requests that are large and not whole yet.
    /// </summary>
    public long MaxBytesInFlight { get; init; } = Math.Max(256 << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    /// <summary>
    /// The bytes of records on their way to clients, of all connections; a quarter of the memory that the process may use by default. A fetch gets an eighth
    /// of what is left, and always one batch.
    /// </summary>
    public long MaxAnswerBytes { get; init; } = Math.Max(256 << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    /// <summary>How long a request may take to arrive from its first byte to its last; 30 seconds by default.</summary>
    public TimeSpan PartialFrameTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection may be without a request; 10 minutes by default (Kafka's <c>connections.max.idle.ms</c>).</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a client may take none of the bytes that were sent to it; 60 seconds by default.</summary>
    public TimeSpan StalledWriteTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The same while little is left of <see cref="MaxAnswerBytes"/>; 5 seconds by default.</summary>
    public TimeSpan StalledWriteTimeoutWhenShort { get; init; } = TimeSpan.FromSeconds(5);
}
