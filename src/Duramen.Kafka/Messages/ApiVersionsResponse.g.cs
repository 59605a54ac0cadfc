// Generated from Schema/ApiVersions.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that says which APIs and versions the server has.</summary>
public sealed class ApiVersionsResponse : IKafkaResponse<ApiVersionsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.ApiVersions;

    /// <summary>What went wrong.</summary>
    public KafkaError ErrorCode { get; set; }

    /// <summary>The APIs that the server has.</summary>
    public List<Api> Apis { get; set; } = [];

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>The features of the cluster that the server could turn on.</summary>
    public List<SupportedFeature> SupportedFeatures { get; set; } = [];

    /// <summary>The epoch of the finalized features; -1 when it is not known.</summary>
    public long FinalizedFeaturesEpoch { get; set; } = -1;

    /// <summary>The features of the cluster that are turned on.</summary>
    public List<FinalizedFeature> FinalizedFeatures { get; set; } = [];

    /// <summary>Whether a migration from ZooKeeper may begin.</summary>
    public bool ZkMigrationReady { get; set; }

    /// <inheritdoc/>
    public static ApiVersionsResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("ApiVersionsResponse", version, min: 0, max: 4, flexible: 3);
        var message = new ApiVersionsResponse();
        message.ErrorCode = reader.ReadError("ErrorCode");
        int apisCount = reader.ReadCount("Apis", minElementSizeBytes: 6);
        message.Apis.EnsureCapacity(apisCount);
        for (int i = 0; i < apisCount; i++)
        {
            message.Apis.Add(Api.Read(ref reader, version));
        }

        if (version >= 1)
        {
            message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        }

        TaggedFields tags = reader.ReadTags();
        while (reader.TryReadTag(ref tags))
        {
            switch (tags.Tag)
            {
                case 0:
                    int supportedFeaturesCount = reader.ReadCount("SupportedFeatures", minElementSizeBytes: 6);
                    message.SupportedFeatures.EnsureCapacity(supportedFeaturesCount);
                    for (int i = 0; i < supportedFeaturesCount; i++)
                    {
                        message.SupportedFeatures.Add(SupportedFeature.Read(ref reader, version));
                    }

                    break;
                case 1:
                    message.FinalizedFeaturesEpoch = reader.ReadInt64("FinalizedFeaturesEpoch");
                    break;
                case 2:
                    int finalizedFeaturesCount = reader.ReadCount("FinalizedFeatures", minElementSizeBytes: 6);
                    message.FinalizedFeatures.EnsureCapacity(finalizedFeaturesCount);
                    for (int i = 0; i < finalizedFeaturesCount; i++)
                    {
                        message.FinalizedFeatures.Add(FinalizedFeature.Read(ref reader, version));
                    }

                    break;
                case 3:
                    message.ZkMigrationReady = reader.ReadBoolean("ZkMigrationReady");
                    break;
                default:
                    reader.SkipTag(tags);
                    break;
            }
        }

        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("ApiVersionsResponse", version, min: 0, max: 4, flexible: 3);
        writer.WriteError(ErrorCode);
        writer.WriteCount(Apis, "Apis");
        foreach (Api element in Apis)
        {
            element.Write(writer, version);
        }

        if (version >= 1)
        {
            writer.WriteInt32(ThrottleTimeMs);
        }

        bool hasSupportedFeatures = version >= 3 && SupportedFeatures.Count > 0;
        bool hasFinalizedFeaturesEpoch = version >= 3 && FinalizedFeaturesEpoch != -1;
        bool hasFinalizedFeatures = version >= 3 && FinalizedFeatures.Count > 0;
        bool hasZkMigrationReady = version >= 3 && ZkMigrationReady;
        writer.WriteTagCount((hasSupportedFeatures ? 1 : 0) + (hasFinalizedFeaturesEpoch ? 1 : 0) + (hasFinalizedFeatures ? 1 : 0) + (hasZkMigrationReady ? 1 : 0));
        if (hasSupportedFeatures)
        {
            int start = writer.BeginTag(0);
            writer.WriteCount(SupportedFeatures, "SupportedFeatures");
            foreach (SupportedFeature element in SupportedFeatures)
            {
                element.Write(writer, version);
            }

            writer.EndTag(start);
        }

        if (hasFinalizedFeaturesEpoch)
        {
            int start = writer.BeginTag(1);
            writer.WriteInt64(FinalizedFeaturesEpoch);
            writer.EndTag(start);
        }

        if (hasFinalizedFeatures)
        {
            int start = writer.BeginTag(2);
            writer.WriteCount(FinalizedFeatures, "FinalizedFeatures");
            foreach (FinalizedFeature element in FinalizedFeatures)
            {
                element.Write(writer, version);
            }

            writer.EndTag(start);
        }

        if (hasZkMigrationReady)
        {
            int start = writer.BeginTag(3);
            writer.WriteBoolean(ZkMigrationReady);
            writer.EndTag(start);
        }
    }

    /// <summary>An element of <c>Apis</c>.</summary>
    public sealed class Api
    {
        /// <summary>The number of the API.</summary>
        public short Key { get; set; }

        /// <summary>The lowest version that the server has.</summary>
        public short MinVersion { get; set; }

        /// <summary>The highest version that the server has.</summary>
        public short MaxVersion { get; set; }

        internal static Api Read(ref KafkaReader reader, short version)
        {
            var structure = new Api();
            structure.Key = reader.ReadInt16("Apis[].Key");
            structure.MinVersion = reader.ReadInt16("Apis[].MinVersion");
            structure.MaxVersion = reader.ReadInt16("Apis[].MaxVersion");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteInt16(Key);
            writer.WriteInt16(MinVersion);
            writer.WriteInt16(MaxVersion);
            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>SupportedFeatures</c>.</summary>
    public sealed class SupportedFeature
    {
        /// <summary>The name.</summary>
        public string Name { get; set; } = "";

        /// <summary>The lowest version that the server has.</summary>
        public short MinVersion { get; set; }

        /// <summary>The highest version that the server has.</summary>
        public short MaxVersion { get; set; }

        internal static SupportedFeature Read(ref KafkaReader reader, short version)
        {
            var structure = new SupportedFeature();
            structure.Name = reader.ReadString("SupportedFeatures[].Name");
            structure.MinVersion = reader.ReadInt16("SupportedFeatures[].MinVersion");
            structure.MaxVersion = reader.ReadInt16("SupportedFeatures[].MaxVersion");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "SupportedFeatures[].Name");
            writer.WriteInt16(MinVersion);
            writer.WriteInt16(MaxVersion);
            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>FinalizedFeatures</c>.</summary>
    public sealed class FinalizedFeature
    {
        /// <summary>The name.</summary>
        public string Name { get; set; } = "";

        /// <summary>The highest level that is turned on.</summary>
        public short MaxVersionLevel { get; set; }

        /// <summary>The lowest level that is turned on.</summary>
        public short MinVersionLevel { get; set; }

        internal static FinalizedFeature Read(ref KafkaReader reader, short version)
        {
            var structure = new FinalizedFeature();
            structure.Name = reader.ReadString("FinalizedFeatures[].Name");
            structure.MaxVersionLevel = reader.ReadInt16("FinalizedFeatures[].MaxVersionLevel");
            structure.MinVersionLevel = reader.ReadInt16("FinalizedFeatures[].MinVersionLevel");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(Name, "FinalizedFeatures[].Name");
            writer.WriteInt16(MaxVersionLevel);
            writer.WriteInt16(MinVersionLevel);
            writer.WriteNoTags();
        }
    }
}
