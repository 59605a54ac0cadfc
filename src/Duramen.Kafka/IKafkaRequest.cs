namespace Duramen.Kafka;

/// <summary>A request that is answered by one kind of response.</summary>
/// <typeparam name="TResponse">The class of the response.</typeparam>
public interface IKafkaRequest<TResponse> : IKafkaMessage
    where TResponse : IKafkaResponse<TResponse>;

/// <summary>A request of a known class, so that it can be read.</summary>
/// <typeparam name="TSelf">The class itself.</typeparam>
/// <typeparam name="TResponse">The class of the response.</typeparam>
public interface IKafkaRequest<TSelf, TResponse> : IKafkaRequest<TResponse>, IKafkaMessage<TSelf>
    where TSelf : IKafkaRequest<TSelf, TResponse>
    where TResponse : IKafkaResponse<TResponse>;
