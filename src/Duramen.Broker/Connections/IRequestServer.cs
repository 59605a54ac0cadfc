namespace Duramen.Broker.Connections;

/// <summary>What a connection hands its requests to. The one seam between bytes on a socket and requests that mean something.</summary>
internal interface IRequestServer
{
    /// <summary>
    /// Decides by the first bytes of a request, before anything is kept of it, how large it may be.
    /// </summary>
    /// <exception cref="ConnectionEndedException">Requests of this kind are not served.</exception>
    int MaxFrameBytes(short apiKey, short apiVersion);

    /// <summary>
    /// Whether a request may start while others of its kind are under way, its place among them being taken when <see cref="StartAsync"/> returns.
    /// Every other request starts when all before it are answered, as in Kafka.
    /// </summary>
    bool MayOverlap(short apiKey);

    /// <summary>
    /// Starts a request. The frame belongs to the connection and stays as it is until the task ends, unless it is disposed before. No response means that the client expects none.
    /// </summary>
    /// <exception cref="ConnectionEndedException">The request cannot be answered, and the connection is to be closed.</exception>
    ValueTask<ResponseFrame?> StartAsync(RequestFrame frame, ClientConnection connection);
}
