namespace Duramen.Broker.Connections;

/// <summary>Why a connection ended; the first reason counts. The names appear in logs and metrics.</summary>
internal enum CloseReason
{
    /// <summary>It has not ended.</summary>
    None = 0,

    /// <summary>The client closed it, or the network did.</summary>
    ClosedByClient,

    /// <summary>The broker is stopping.</summary>
    Draining,

    /// <summary>There are too many connections, in all or from this address.</summary>
    TooManyConnections,

    /// <summary>The first bytes cannot be the length of a request.</summary>
    NotKafka,

    /// <summary>The request is larger than its kind may be.</summary>
    FrameTooLarge,

    /// <summary>The API key or version is not served.</summary>
    UnsupportedRequest,

    /// <summary>The request does not decode.</summary>
    MalformedRequest,

    /// <summary>A request without a response (<c>acks=0</c>) failed; closing is how its producer learns of it.</summary>
    FailedWithoutResponse,

    /// <summary>A request did not arrive whole in time.</summary>
    PartialFrameTimeout,

    /// <summary>There was no request for too long.</summary>
    Idle,

    /// <summary>The client does not read what it is sent.</summary>
    StalledWrite,

    /// <summary>Something failed that should not have; the log has the cause.</summary>
    InternalError,
}
